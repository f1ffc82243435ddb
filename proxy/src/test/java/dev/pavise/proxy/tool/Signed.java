package dev.pavise.proxy.tool;

import dev.pavise.policy.signing.Revocations;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeys;
import dev.pavise.policy.tool.Admission;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.ManifestResult;
import dev.pavise.policy.tool.MeasuredContent;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolPolicies;
import dev.pavise.policy.tool.ToolVerifier;
import dev.pavise.policy.tool.TrustedManifest;
import dev.pavise.policy.tool.Verification;
import dev.pavise.policy.tool.VerifiedTool;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Manifests that a trusted key signed, and what follows from them. */
final class Signed {
    static final byte[] PROGRAM = "#!/bin/sh\necho out\n".getBytes(StandardCharsets.UTF_8);
    static final SigningKey KEY = SigningKey.generate();
    static final ToolVerifier VERIFIER = new ToolVerifier(
            new TrustedKeys(List.of(TrustedKey.always("release", KEY.verifyKey())), Revocations.NONE),
            ToolPolicies.BUILT_IN,
            InstantSource.system());

    private Signed() {}

    static SignedManifest manifest(String tool, String version) {
        String json = """
                {"tool_id": "%s", "version": "%s", "sha256_hash": "%s", "max_memory_mb": 64, "max_cpu_seconds": 5,
                 "network_allowed": false}""".formatted(tool, version, digest(PROGRAM));
        return SignedManifest.sign(ManifestReader.draft(json.getBytes(StandardCharsets.UTF_8)), KEY);
    }

    static String digest(byte[] content) {
        return MeasuredContent.of(content).sha256();
    }

    static TrustedManifest trusted(String tool, String version) {
        ManifestResult present = new ManifestResult.Present(manifest(tool, version));
        if (VERIFIER.admit(present) instanceof Admission.Admitted(TrustedManifest trusted)) {
            return trusted;
        }
        throw new AssertionError("not admitted");
    }

    static VerifiedTool verified(SignedManifest manifest) {
        Verification verification = VERIFIER.verify(manifest, sha256 -> Optional.of(MeasuredContent.of(PROGRAM)));
        if (verification instanceof Verification.Verified(VerifiedTool tool)) {
            return tool;
        }
        throw new AssertionError(verification.toString());
    }
}
