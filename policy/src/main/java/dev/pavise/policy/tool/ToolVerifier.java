package dev.pavise.policy.tool;

import dev.pavise.policy.signing.KeyId;
import dev.pavise.policy.signing.KeyRefusal;
import dev.pavise.policy.signing.Signer;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeys;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The only way to a {@link VerifiedTool}. The checks, each of which refuses with a code of its own: the manifest is there;
 * a key that is trusted now signed all of it; its content is not revoked; the content is there, has that digest and is of
 * that kind; it asks for no more than its policy. The first that fails ends it, and content is not touched before a trusted
 * key has signed for it.
 *
 * <p>Holds against whoever can write manifests and contents, not against whoever can sign with a trusted key, or write
 * the keys and policies that this was made of.
 */
public final class ToolVerifier {
    private final TrustedKeys keys;
    private final ToolPolicies policies;
    private final InstantSource clock;

    public ToolVerifier(TrustedKeys keys, ToolPolicies policies, InstantSource clock) {
        this.keys = keys;
        this.policies = policies;
        this.clock = clock;
    }

    /** Makes every check, for one run. */
    public Verification verify(ManifestResult asked, Contents contents) {
        return switch (asked) {
            case Refused refused -> refused;
            case ManifestResult.Present(SignedManifest signed) -> verify(signed, contents);
        };
    }

    /** Makes every check on a manifest that is there. */
    public Verification verify(SignedManifest signed, Contents contents) {
        return switch (signer(signed)) {
            case Signer.Distrusted distrusted -> refused(signed.manifest(), distrusted);
            case Signer.Trusted(TrustedKey signer) -> verify(signed.manifest(), signer, contents);
        };
    }

    /** Makes those checks that need no content: for one that is to be registered. */
    public Admission admit(ManifestResult asked) {
        return switch (asked) {
            case Refused refused -> refused;
            case ManifestResult.Present(SignedManifest signed) -> admit(signed);
        };
    }

    private Admission admit(SignedManifest signed) {
        ToolManifest manifest = signed.manifest();
        return switch (signer(signed)) {
            case Signer.Distrusted distrusted -> refused(manifest, distrusted);
            case Signer.Trusted(TrustedKey signer) -> {
                Optional<Refused> objection = revoked(manifest).or(() -> exceeding(manifest));
                yield objection.isPresent()
                        ? objection.get()
                        : new Admission.Admitted(new TrustedManifest(signed, signer));
            }
        };
    }

    private Signer signer(SignedManifest signed) {
        KeyId named = signed.manifest().keyId();
        return named == null
                ? keys.judge(signed.signedBytes(), signed.signature(), clock.instant())
                : keys.judge(signed.signedBytes(), signed.signature(), named, clock.instant());
    }

    private Verification verify(ToolManifest manifest, TrustedKey signer, Contents contents) {
        Optional<Refused> revoked = revoked(manifest);
        if (revoked.isPresent()) {
            return revoked.get();
        }
        Optional<MeasuredContent> content = contents.measure(manifest.sha256());
        if (content.isEmpty()) {
            return refused(
                    manifest,
                    ToolRefusal.CONTENT_MISSING,
                    "has no content here with the digest that its manifest names");
        }
        Optional<Refused> unfit = mismatch(manifest, content.get()).or(() -> exceeding(manifest));
        return unfit.isPresent() ? unfit.get() : verified(manifest, signer, content.get());
    }

    private Optional<Refused> revoked(ToolManifest manifest) {
        return keys.isRevoked(manifest.sha256())
                ? Optional.of(refused(manifest, ToolRefusal.CONTENT_REVOKED, "has content that is revoked"))
                : Optional.empty();
    }

    private static Optional<Refused> mismatch(ToolManifest manifest, MeasuredContent content) {
        if (!content.sha256().equals(manifest.sha256())) {
            return Optional.of(refused(
                    manifest, ToolRefusal.CONTENT_MISMATCH, "has content with another digest than its manifest names"));
        }
        if (content.kind().isEmpty()) {
            return Optional.of(refused(
                    manifest,
                    ToolRefusal.KIND_UNKNOWN,
                    "has content that is no WebAssembly module, no ELF program and no script with `#!`"));
        }
        ToolKind found = content.kind().get();
        return manifest.kind() == null || manifest.kind() == found
                ? Optional.empty()
                : Optional.of(refused(
                        manifest,
                        ToolRefusal.KIND_MISMATCH,
                        "is `" + manifest.kind().text() + "` by its manifest and `" + found.text()
                                + "` by its content"));
    }

    private Optional<Refused> exceeding(ToolManifest manifest) {
        Optional<ToolPolicy> policy = policies.policyOf(manifest);
        return policy.isEmpty()
                ? Optional.of(refused(
                        manifest,
                        ToolRefusal.POLICY_MISSING,
                        "asks for policy `custom`, and the configuration has none for it"))
                : policies.objection(manifest, policy.get());
    }

    private Verification verified(ToolManifest manifest, TrustedKey signer, MeasuredContent content) {
        // Both were found to be there by the checks before; this is where they would be missed.
        ToolPolicy policy = policies.policyOf(manifest).orElseThrow();
        ToolKind kind = content.kind().orElseThrow();
        RunLimits limits =
                new RunLimits(manifest.maxMemoryMb(), manifest.maxCpuSeconds(), policy.wall(), policy.scratchMb());
        return new Verification.Verified(new VerifiedTool(manifest, signer, content, kind, limits));
    }

    private static Refused refused(ToolManifest manifest, Signer.Distrusted distrusted) {
        return new Refused(code(distrusted.why()), "tool " + manifest.title() + ": " + distrusted.reason());
    }

    private static Refused refused(ToolManifest manifest, ToolRefusal code, String what) {
        return new Refused(code, "tool " + manifest.title() + " " + what);
    }

    private static ToolRefusal code(KeyRefusal why) {
        return switch (why) {
            case UNKNOWN -> ToolRefusal.KEY_UNKNOWN;
            case BAD_SIGNATURE -> ToolRefusal.SIGNATURE_INVALID;
            case REVOKED -> ToolRefusal.KEY_REVOKED;
            case NOT_YET_VALID -> ToolRefusal.KEY_NOT_YET_VALID;
            case EXPIRED -> ToolRefusal.KEY_EXPIRED;
        };
    }
}
