package dev.pavise.policy.tool;

import dev.pavise.policy.signing.TrustedKey;

/**
 * Proof that a trusted key signed a manifest, and that it asked for no more than its policy allowed when that was
 * checked. Only {@link ToolVerifier} makes one, and only one of these can be registered. It says nothing of the content:
 * what runs is a {@link VerifiedTool}.
 */
public final class TrustedManifest {
    private final SignedManifest signed;
    private final TrustedKey signer;

    TrustedManifest(SignedManifest signed, TrustedKey signer) {
        this.signed = signed;
        this.signer = signer;
    }

    public SignedManifest signed() {
        return signed;
    }

    public ToolManifest manifest() {
        return signed.manifest();
    }

    public TrustedKey signer() {
        return signer;
    }

    @Override
    public String toString() {
        return "trusted manifest of " + signed.manifest().title();
    }
}
