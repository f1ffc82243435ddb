package dev.pavise.k8s.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.ManifestResult;
import dev.pavise.policy.tool.SignedManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManifestTrustTest {
    private static final String BASE = Samples.BASE + """
            tools:
              trusted_keys: /etc/pavise/trusted-keys
              runner: {url: "https://pavise-runner.pavise-system.svc:8444", ca: /etc/pavise/tls/ca.crt,
                       cert: /etc/pavise/tls/tls.crt, key: /etc/pavise/tls/tls.key}
            """;
    private static final String DRAFT = """
            {"tool_id": "adder", "version": "%s", "sha256_hash": "%s", "max_memory_mb": %d, "max_cpu_seconds": 5, "network_allowed": false}""";

    @TempDir
    Path keys;

    private final SigningKey key = SigningKey.generate();

    private Compiled.Ready compile(String base, Resource... resources) throws IOException {
        Files.writeString(keys.resolve("ops.pub"), TrustedKeyText.write(TrustedKey.always("ops", key.verifyKey())));
        Allowance trusting = new Allowance(List.of("app"), List.of(), false, false, keys, Map.of(), 10);
        Compiler compiler =
                new Compiler(new ResourceSettings(Path.of("base"), List.of(), trusting), InstantSource.system());
        return assertInstanceOf(
                Compiled.Ready.class, compiler.compile(base, Samples.NAMESPACE, List.of(resources), Map.of()));
    }

    private static Resource signed(SigningKey by, String name, int order, String version, int memory) {
        String draft = DRAFT.formatted(version, "a".repeat(64), memory);
        SignedManifest signed = SignedManifest.sign(ManifestReader.draft(draft.getBytes(StandardCharsets.UTF_8)), by);
        return Samples.resource(Kind.TOOL_MANIFEST, name, order, new String(signed.json(), StandardCharsets.UTF_8));
    }

    private static void refused(Verdict verdict, String why) {
        Verdict.Refused refused = assertInstanceOf(Verdict.Refused.class, verdict, verdict::toString);
        assertTrue(refused.why().contains(why), refused.why());
    }

    @Test
    void signedManifestLiesBesideTheConfigurationAsItWasSigned() throws IOException {
        Compiled.Ready ready = compile(BASE, signed(key, "adder", 1, "1.0.0", 64));
        assertInstanceOf(Verdict.Accepted.class, ready.verdicts().getFirst(), ready.verdicts()::toString);
        String file = ready.files().get("tool-adder.json");
        assertInstanceOf(ManifestResult.Present.class, ManifestReader.read(file.getBytes(StandardCharsets.UTF_8)));
        assertTrue(ready.files().get("pavise.yaml").contains("- tool-adder.json"), ready.files()::toString);
    }

    @Test
    void refusesWhatNoTrustedKeySigned() throws IOException {
        refused(
                compile(BASE, signed(SigningKey.generate(), "adder", 1, "1.0.0", 64))
                        .verdicts()
                        .getFirst(),
                "spec: ");
    }

    @Test
    void refusesWhatWasChangedAfterSigning() throws IOException {
        Resource good = signed(key, "adder", 1, "1.0.0", 64);
        Map<String, Object> more = new TreeMap<>(good.spec());
        more.put("max_memory_mb", 128L);
        refused(compile(BASE, good.with(2, more)).verdicts().getFirst(), "spec: ");
    }

    @Test
    void refusesWhatExceedsItsPolicy() throws IOException {
        refused(compile(BASE, signed(key, "adder", 1, "1.0.0", 4096)).verdicts().getFirst(), "MiB of memory");
    }

    @Test
    void refusesTheSecondOfOneToolAndVersion() throws IOException {
        Compiled.Ready ready = compile(
                BASE,
                signed(key, "younger", 2, "1.0.0", 32),
                signed(key, "older", 1, "1.0.0", 64),
                signed(key, "next", 3, "1.1.0", 64));
        assertEquals(
                List.of("older", "next"),
                ready.verdicts().stream()
                        .filter(Verdict.Accepted.class::isInstance)
                        .map(each -> each.resource().name())
                        .toList());
    }

    @Test
    void refusesWhereNothingWouldRunIt() throws IOException {
        refused(
                compile(Samples.BASE, signed(key, "adder", 1, "1.0.0", 64))
                        .verdicts()
                        .getFirst(),
                "has no `tools`");
        refused(
                compile(BASE + "  manifests: /etc/pavise/manifests\n", signed(key, "adder", 1, "1.0.0", 64))
                        .verdicts()
                        .getFirst(),
                "names `tools.manifests` itself");
    }
}
