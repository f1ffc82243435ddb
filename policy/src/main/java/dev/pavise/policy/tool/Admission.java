package dev.pavise.policy.tool;

/** What became of a manifest that somebody wants to register. */
public sealed interface Admission permits Admission.Admitted, Refused {
    /** A trusted key signed it, and it asks for no more than its policy allows. */
    record Admitted(TrustedManifest manifest) implements Admission {}
}
