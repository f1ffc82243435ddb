package dev.pavise.policy;

/** All that this policy asks for is there, and a decision point outside has still to agree. Only its answer makes a permit of it. */
public final class Pending implements Decision {
    private final Principal principal;
    private final Rule rule;

    Pending(Principal principal, Rule rule) {
        this.principal = principal;
        this.rule = rule;
    }

    public Principal principal() {
        return principal;
    }

    @Override
    public Rule rule() {
        return rule;
    }

    /** The decision point said yes. */
    public Permit agreed() {
        return new Permit(principal, rule, null);
    }

    /**
     * The decision point said no, or did not answer.
     *
     * @param cause which of the two
     * @param detail for the operator
     */
    public Decision refused(Deny.Cause cause, String detail) {
        String reason = cause == Deny.Cause.EXTERNAL_DENIED
                ? "the external policy of this route denies it to `" + principal.id() + "`"
                : "the external policy of this route could not be asked";
        return Policy.denied(principal, new Deny(rule, cause, reason, detail));
    }
}
