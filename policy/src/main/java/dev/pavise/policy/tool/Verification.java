package dev.pavise.policy.tool;

/** What became of a tool that somebody wants to run. */
public sealed interface Verification permits Verification.Verified, Refused {
    /** Every check was passed. */
    record Verified(VerifiedTool tool) implements Verification {}
}
