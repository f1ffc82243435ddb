package dev.pavise.policy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proof that a policy allowed an access. Forwarding asks for one, and only {@link Policy} makes one, so that forwarding
 * without asking does not compile.
 */
public final class Permit implements Decision {
    private final Principal principal;
    private final Rule rule;
    private final @Nullable Deny overruled;
    private final String neededText;

    Permit(Principal principal, Rule rule, @Nullable Deny overruled) {
        this.principal = principal;
        this.rule = rule;
        this.overruled = overruled;
        this.neededText = rule.needed().toString();
    }

    public Principal principal() {
        return principal;
    }

    @Override
    public Rule rule() {
        return rule;
    }

    /** The permission that the rule names. */
    public Permission needed() {
        return rule.needed();
    }

    /** The same as text, made once, as a permit serves many requests. */
    public String neededText() {
        return neededText;
    }

    /** The denial that the rule's {@code AUDIT_ONLY} let pass: to be recorded. Empty for what is allowed in earnest. */
    public Optional<Deny> overruled() {
        return Optional.ofNullable(overruled);
    }

    @Override
    public String toString() {
        return "permit " + principal.id() + " " + rule.needed() + " by " + rule.name();
    }
}
