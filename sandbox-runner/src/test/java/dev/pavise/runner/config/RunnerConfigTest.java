package dev.pavise.runner.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.KeyHelp;
import dev.pavise.policy.config.LoadResult;
import dev.pavise.policy.tool.Reach;
import dev.pavise.policy.tool.ResourceGrant;
import dev.pavise.policy.tool.ToolPolicy;
import dev.pavise.runner.egress.EgressLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunnerConfigTest {
    private static final String LEAST = """
            tls: {cert: a.crt, key: a.key, client_ca: ca.crt, gateway_names: [gateway.example]}
            trusted_keys: keys
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void makeFiles() throws IOException {
        for (String name : List.of("a.crt", "a.key", "ca.crt", "receipt.key")) {
            Files.writeString(folder.resolve(name), "");
        }
        Files.createDirectory(folder.resolve("keys"));
    }

    private LoadResult<RunnerConfig> load(String text) {
        try {
            Path file = Files.writeString(folder.resolve("runner.yaml"), text);
            return RunnerConfigLoader.load(file, Map.of("PORT", "9000")::get);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private RunnerConfig loaded(String text) {
        return switch (load(text)) {
            case LoadResult.Loaded<RunnerConfig>(RunnerConfig config) -> config;
            case LoadResult.Invalid<RunnerConfig> invalid -> throw new AssertionError(invalid.errors());
        };
    }

    private List<ConfigError> errors(String text) {
        return switch (load(text)) {
            case LoadResult.Loaded<RunnerConfig> loaded ->
                throw new AssertionError("is not refused: " + loaded.config());
            case LoadResult.Invalid<RunnerConfig>(List<ConfigError> errors) -> errors;
        };
    }

    private String error(String text) {
        List<ConfigError> errors = errors(text);
        assertEquals(1, errors.size(), errors::toString);
        return errors.getFirst().toString().substring((folder + "/runner.yaml:").length());
    }

    @Test
    void hasSafeDefaults() {
        RunnerConfig config = loaded(LEAST);
        assertEquals(new Endpoint("127.0.0.1", 8444), config.listen());
        assertEquals(folder.resolve("runner-data"), config.dataDir());
        assertNull(config.receiptKey());
        assertNull(config.metrics());
        assertEquals(EgressLimits.DEFAULT, config.egress());
        assertEquals(Map.of(), config.policies());
        assertEquals(List.of(BackendName.WASM, BackendName.NATIVE), config.backends());
        assertEquals(
                new LimitsConfig(
                        4,
                        64,
                        Duration.ofSeconds(10),
                        64L << 20,
                        1L << 30,
                        1000,
                        16L << 20,
                        1 << 20,
                        64,
                        256,
                        1L << 20,
                        64,
                        128,
                        200,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(30)),
                config.limits());
    }

    @Test
    void readsEveryKey() {
        RunnerConfig config = loaded("""
                listen: "[::1]:${PORT}"
                tls: {cert: a.crt, key: a.key, client_ca: ca.crt, gateway_names: ["spiffe://example.org/gw", gw]}
                trusted_keys: keys
                data_dir: ${DATA:-/var/lib/runner}
                receipt_key: receipt.key
                backends: [wasm]
                limits: {concurrent: 1, queue: 0, queue_timeout: 1s, content_bytes: 1KiB, content_total: 2KiB, content_count: 3,
                         output_bytes: 5KiB, output_kept: 4KiB, processes: 5, open_files: 6, request_bytes: 7KiB, connections: 8,
                         streams: 9, resets: 10, handshake_timeout: 11s, body_timeout: 12s, idle_timeout: 13s, drain_timeout: 14s}
                egress: {connections: 1, connections_total: 2, bytes: 3KiB, connect_timeout: 4s, idle_timeout: 5s}
                metrics: {listen: "0.0.0.0:1", names: [prometheus]}
                policies:
                  reports: {max_memory_mb: 1, max_cpu_seconds: 2, max_wall: 3s, scratch_mb: 4, files: ["fs:ro:/srv"], network: none}
                """);
        assertEquals(new Endpoint("::1", 9000), config.listen());
        assertEquals(List.of("spiffe://example.org/gw", "gw"), config.tls().gatewayNames());
        assertEquals(Path.of("/var/lib/runner"), config.dataDir());
        assertEquals(folder.resolve("receipt.key"), config.receiptKey());
        assertEquals(List.of(BackendName.WASM), config.backends());
        assertEquals(
                new LimitsConfig(
                        1,
                        0,
                        Duration.ofSeconds(1),
                        1024,
                        2048,
                        3,
                        5120,
                        4096,
                        5,
                        6,
                        7168,
                        8,
                        9,
                        10,
                        Duration.ofSeconds(11),
                        Duration.ofSeconds(12),
                        Duration.ofSeconds(13),
                        Duration.ofSeconds(14)),
                config.limits());
        assertEquals(new EgressLimits(1, 2, 3072, Duration.ofSeconds(4), Duration.ofSeconds(5)), config.egress());
        assertEquals(new MetricsConfig(new Endpoint("0.0.0.0", 1), List.of("prometheus")), config.metrics());
        ToolPolicy policy = Objects.requireNonNull(config.policies().get("reports"));
        assertEquals(
                new ToolPolicy(
                        "custom",
                        1,
                        2,
                        Duration.ofSeconds(3),
                        4,
                        new Reach.Only(List.of(new ResourceGrant.Files("/srv", false))),
                        new Reach.Nothing()),
                policy);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lisen: 127.0.0.1:1                  | 3:1: lisen: is not a known key; did you mean `listen`?
            limits: {concurent: 3}              | 3:10: limits.concurent: is not a known key; did you mean `concurrent`?
            limits: {concurrent: 0}             | 3:22: limits.concurrent: found `0`; expected a whole number from 1 to 1000
            limits: {queue_timeout: forever}    | 3:25: limits.queue_timeout: found `forever`; expected a duration
            limits: {content_bytes: 2GiB}       | 3:9: limits: `content_total` is less than content_bytes
            limits: {output_kept: 20MiB}        | 3:9: limits: `output_bytes` is less than output_kept
            egress: {bytes: 0B}                 | 3:17: egress.bytes: found `0B`; expected a size
            egress: {connections: 300}          | expected a whole number from 1 to 256
            egress: {connections_total: 3}      | 3:29: egress.connections_total: is less than connections
            limits: 5                           | 3:9: limits: found `5`; expected a mapping with: concurrent, queue
            listen: 127.0.0.1                   | 3:9: listen: found `127.0.0.1`; expected host:port
            listen: "127.0.0.1:70000"           | expected host:port
            listen: "${NOT_SET}"                | environment variable `NOT_SET` is not set
            listen: "${9}"                      | `${9}` is not the name of an environment variable
            listen: "${PORT"                    | has a `${` without its `}`
            receipt_key: gone.key               | 3:14: receipt_key: found `gone.key`; expected a PEM file (there is no such file)
            trusted_keys: keys                  | 3:1: trusted_keys: stands here twice; keep one
            data_dir:                           | 3:10: data_dir: is empty; give a folder, or remove the key
            data_dir: [a]                       | found a list; expected a folder
                        data_dir: !!str b                   | holds a tag
            metrics: {}                         | 3:10: metrics: `names` is missing
            metrics: {names: []}                | 3:18: metrics.names: is an empty list; name one
            backends: [jvm]                     | expected one of: wasm, native
            backends: [native, kubernetes]      | names both `native` and `kubernetes`
            backends: [kubernetes]              | `kubernetes` is missing, and `backends` names it
            kubernetes: {runtime_class: a, image: %IMAGE%} | is not used: `backends` does not name it
            backends: [wasm, wasm]              | names one twice
            policies: {"..": {}}                | expected a tool id
            policies: {a: {files: all}}         | expected none, as_named, or a list of fs:ro:/path or fs:rw:/path
            policies: {a: {files: [net:b:1]}}   | expected fs:ro:/path or fs:rw:/path
            policies: {a: {network: [/etc]}}    | expected net:host:port
            <<: {}                              | merge keys (`<<`) are not part of YAML 1.2
            ? [a]                               | a key is a text, not a list
            """)
    void refuses(String line, String problem) {
        String error = error(LEAST + line.replace("%IMAGE%", "a@sha256:" + "0".repeat(64)));
        assertTrue(error.contains(problem), error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kubernetes: {runtime_class: a, image: "a:latest"} | expected an image with its digest
            kubernetes: {runtime_class: a, image: %IMAGE%, ttl: 0s}               | expected a duration from 1s to 24h
            kubernetes: {runtime_class: a, image: %IMAGE%, namespace: A}          | expected the name of a namespace
            kubernetes: {runtime_class: a, image: %IMAGE%, tolerations: [{}]}     | `key` is missing
            kubernetes: {runtime_class: a, image: %IMAGE%, tolerations: [{key: a, effect: b}]} | expected NoSchedule
            kubernetes: {runtime_class: a, image: %IMAGE%, node_selector: {"/": a}} | expected the key of a label
            kubernetes: {image: %IMAGE%}        | `runtime_class` is missing
            kubernetes: {runtime_class: a}      | `image` is missing
            kubernetes: {runtime_class: "", image: %IMAGE%} | expected the name of a RuntimeClass
            """)
    void refusesOfKubernetes(String line, String problem) {
        String error =
                error(LEAST + "backends: [kubernetes]\n" + line.replace("%IMAGE%", "a@sha256:" + "0".repeat(64)));
        assertTrue(error.contains(problem), error);
    }

    @Test
    void readsWhereToolsRunAsJobs() {
        String image = "registry.example:5000/tools:1@sha256:" + "0f".repeat(32);
        RunnerConfig least = loaded(
                LEAST + "backends: [kubernetes]\nkubernetes: {runtime_class: gvisor, image: \"" + image + "\"}\n");
        assertEquals(
                new KubernetesConfig(
                        null,
                        "gvisor",
                        image,
                        null,
                        Map.of(),
                        List.of(),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        null),
                least.kubernetes());
        RunnerConfig all = loaded(LEAST + """
                backends: [wasm, kubernetes]
                kubernetes:
                  {namespace: tools, runtime_class: kata, image: "%s", image_pull_secret: pull, node_selector: {pool: tools},
                   tolerations: [{key: a, value: b, effect: NoSchedule}, {key: c}], ttl: 1s, start_timeout: 2s, kubeconfig: ca.crt}
                """.formatted(image));
        assertEquals(List.of(BackendName.WASM, BackendName.KUBERNETES), all.backends());
        assertEquals(
                new KubernetesConfig(
                        "tools",
                        "kata",
                        image,
                        "pull",
                        Map.of("pool", "tools"),
                        List.of(
                                new KubernetesConfig.Toleration("a", "b", "NoSchedule"),
                                new KubernetesConfig.Toleration("c", null, null)),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        folder.resolve("ca.crt")),
                all.kubernetes());
    }

    @Test
    void refusesWhatIsMissing() {
        assertTrue(error("").contains("is empty"));
        assertTrue(error("trusted_keys: keys").contains("`tls` is missing"));
        assertTrue(error("tls: {cert: a.crt, key: a.key, client_ca: ca.crt, gateway_names: [g]}")
                .contains("`trusted_keys` is missing"));
        assertTrue(error(LEAST.replace("gateway_names: [gateway.example]", "gateway_names: []"))
                .contains("is an empty list; name one"));
    }

    @Test
    void tellsAllThatIsWrongInTheOrderOfTheFile() {
        List<ConfigError> errors = errors("listen: x\nlimits: {queue: x}\n" + LEAST + "other: 1\n");
        assertEquals(
                List.of(1, 2, 5), errors.stream().map(e -> e.place().line()).toList());
    }

    @Test
    void readsAnythingWithoutFailing() {
        Random random = new Random(7);
        String letters = LEAST + "\n\t{}[]:,-?&*!|>'\"%@`#$\u0000\u00e9";
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? LEAST : "");
            for (int j = random.nextInt(20); j > 0; j--) {
                text.insert(random.nextInt(text.length() + 1), letters.charAt(random.nextInt(letters.length())));
            }
            load(text.toString());
        }
    }

    @Test
    void isToldAboutKeyByKeyInTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("../docs/runner.md"));
        for (KeyHelp entry : RunnerConfigLoader.keys()) {
            assertTrue(page.contains("`" + entry.path() + "`"), entry.path() + " is missing in docs/runner.md");
        }
    }
}
