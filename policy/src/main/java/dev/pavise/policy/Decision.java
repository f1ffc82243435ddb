package dev.pavise.policy;

/** The answer of a {@link Policy}: a permit, why not, or what is still to be asked. */
public sealed interface Decision permits Permit, Deny, Pending {
    Rule rule();
}
