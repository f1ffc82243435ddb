package dev.pavise.policy;

/** The answer of a {@link Policy}: a permit, or why not. */
public sealed interface Decision permits Permit, Deny {
    /** The id of the rule that decided. */
    String rule();

    /** The permission that the rule names. */
    Permission needed();
}
