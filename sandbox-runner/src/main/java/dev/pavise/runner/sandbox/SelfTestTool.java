package dev.pavise.runner.sandbox;

import dev.pavise.policy.signing.Revocations;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeys;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.MeasuredContent;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolPolicies;
import dev.pavise.policy.tool.ToolVerifier;
import dev.pavise.policy.tool.Verification;
import dev.pavise.policy.tool.VerifiedTool;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tool that {@link SelfTest} runs. It is verified like any other, so that nothing runs which is not; the key that signs it is made
 * for it, trusted by nobody else, and forgotten.
 */
final class SelfTestTool {
    private SelfTestTool() {}

    /** One of this content that may reach these files and hosts. */
    static VerifiedTool of(byte[] content, List<String> files, List<String> hosts) {
        MeasuredContent measured = MeasuredContent.of(content);
        SigningKey key = SigningKey.generate();
        SignedManifest signed = SignedManifest.sign(
                ManifestReader.draft(manifest(measured, files, hosts).getBytes(StandardCharsets.UTF_8)), key);
        TrustedKeys trusted =
                new TrustedKeys(List.of(TrustedKey.always("self-test", key.verifyKey())), Revocations.NONE);
        ToolVerifier verifier = new ToolVerifier(trusted, ToolPolicies.BUILT_IN, InstantSource.system());
        return switch (verifier.verify(signed, sha256 -> Optional.of(measured))) {
            case Verification.Verified(VerifiedTool tool) -> tool;
            case dev.pavise.policy.tool.Refused refused -> throw new IllegalStateException(refused.reason());
        };
    }

    private static String manifest(MeasuredContent content, List<String> files, List<String> hosts) {
        String resources = Stream.concat(
                        files.stream().map(file -> "\"fs:ro:" + file + "\""),
                        hosts.stream().map(host -> "\"net:" + host + "\""))
                .collect(Collectors.joining(", "));
        return """
                {"tool_id": "self-test", "version": "1.0.0", "sha256_hash": "%s", "allowed_resources": [%s],
                 "max_memory_mb": 64, "max_cpu_seconds": 5, "network_allowed": %s}""".formatted(content.sha256(), resources, !hosts.isEmpty());
    }
}
