package dev.pavise.policy;

/**
 * What a route or a management path asks of its callers.
 *
 * @param name of the route or management path, in records, refusals and metrics
 * @param needed the permission without which nothing else is looked at
 * @param condition what must hold besides; {@link Condition#NONE} where the configuration names nothing
 * @param external whether a decision point outside must agree, too
 * @param enforcement whether a denial stops the request; only an operator's explicit word makes it {@code AUDIT_ONLY}
 */
public record Rule(String name, Permission needed, Condition condition, boolean external, Enforcement enforcement) {
    /** What becomes of a denial. Neither proving the identity nor a rate is ever optional. */
    public enum Enforcement {
        /** The request is refused. */
        ENFORCE,
        /** The request goes on, and what would have been denied is recorded: for trying a rule out. */
        AUDIT_ONLY
    }

    /** A rule of a permission alone. */
    public static Rule of(String name, Permission needed) {
        return new Rule(name, needed, Condition.NONE, false, Enforcement.ENFORCE);
    }

    /** Whether the permission decides alone, so that nothing of the request has to be looked at. */
    public boolean isPlain() {
        return condition.equals(Condition.NONE) && !external;
    }
}
