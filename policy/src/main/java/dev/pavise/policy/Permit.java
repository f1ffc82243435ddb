package dev.pavise.policy;

/**
 * Proof that a policy allowed an access. Forwarding asks for one, and only {@link Policy} makes one, so that forwarding
 * without asking does not compile.
 */
public final class Permit implements Decision {
    private final Principal principal;
    private final String rule;
    private final Permission needed;

    Permit(Principal principal, String rule, Permission needed) {
        this.principal = principal;
        this.rule = rule;
        this.needed = needed;
    }

    public Principal principal() {
        return principal;
    }

    @Override
    public String rule() {
        return rule;
    }

    @Override
    public Permission needed() {
        return needed;
    }

    @Override
    public String toString() {
        return "permit " + principal.id() + " " + needed + " by " + rule;
    }
}
