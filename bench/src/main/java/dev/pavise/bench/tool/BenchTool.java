package dev.pavise.bench.tool;

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
import dev.pavise.runner.run.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Signs and verifies what a benchmark runs, as nothing else can be run; the key is made for it and forgotten. */
public final class BenchTool {
    private BenchTool() {}

    /** The content of this file, with these {@code allowed_resources}. */
    public static Program program(Path content, List<String> resources) throws IOException {
        MeasuredContent measured = MeasuredContent.of(Files.readAllBytes(content));
        SigningKey key = SigningKey.generate();
        SignedManifest signed = SignedManifest.sign(ManifestReader.draft(manifest(measured, resources)), key);
        TrustedKeys trusted = new TrustedKeys(List.of(TrustedKey.always("bench", key.verifyKey())), Revocations.NONE);
        ToolVerifier verifier = new ToolVerifier(trusted, ToolPolicies.BUILT_IN, InstantSource.system());
        return switch (verifier.verify(signed, sha256 -> Optional.of(measured))) {
            case Verification.Verified(VerifiedTool tool) -> Program.of(tool, content);
            case dev.pavise.policy.tool.Refused refused -> throw new IOException(refused.reason());
        };
    }

    private static byte[] manifest(MeasuredContent content, List<String> resources) {
        boolean network = resources.stream().anyMatch(resource -> resource.startsWith("net:"));
        return """
                {"tool_id": "bench", "version": "1.0.0", "sha256_hash": "%s", "allowed_resources": [%s],
                 "max_memory_mb": 256, "max_cpu_seconds": 30, "network_allowed": %s}""".formatted(
                        content.sha256(),
                        resources.stream().map(resource -> '"' + resource + '"').collect(Collectors.joining(", ")),
                        network)
                .getBytes(StandardCharsets.UTF_8);
    }
}
