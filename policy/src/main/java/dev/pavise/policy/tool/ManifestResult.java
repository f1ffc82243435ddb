package dev.pavise.policy.tool;

/** A manifest that was asked for, by reading it or by looking it up; or why there is none. Nothing of it is checked yet. */
public sealed interface ManifestResult permits ManifestResult.Present, Refused {
    /** It is there, and of its form. */
    record Present(SignedManifest manifest) implements ManifestResult {}
}
