package dev.pavise.k8s.inject.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.Configs;
import dev.pavise.policy.config.LoadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InjectorConfigLoaderTest {
    private static final String LEAST = """
            tls: {cert: tls.crt, key: tls.key}
            namespace: ${POD_NAMESPACE}
            sidecar: {image: "registry.example/pavise:0.1.0"}
            audit: {claim: pavise-audit}
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        for (String file : List.of("tls.crt", "tls.key", "ca.crt", "token")) {
            Files.writeString(folder.resolve(file), "x");
        }
    }

    private LoadResult<InjectorConfig> load(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("injector.yaml"), text);
        return InjectorConfigLoader.load(file, name -> name.equals("POD_NAMESPACE") ? "pavise-system" : null);
    }

    private InjectorConfig loaded(String text) throws IOException {
        return Configs.loaded(load(text));
    }

    @Test
    void hasTheseDefaults() throws IOException {
        InjectorConfig config = loaded(LEAST);
        assertEquals(8443, config.listen().getPort());
        assertEquals("pavise-system", config.namespace());
        assertEquals(Set.of(), config.exemptNamespaces());
        assertNull(config.metricsToken());
        assertNull(config.tls().clientCa());
        assertEquals(new InjectorConfig.Limits(32, 256, 4 << 20, Duration.ofMillis(500)), config.limits());
        assertEquals(
                new SidecarConfig(
                        "registry.example/pavise:0.1.0",
                        "IfNotPresent",
                        65532,
                        "info",
                        new SidecarConfig.Resources(new Cpu(100), null, new MemorySize(256), new MemorySize(256)),
                        new SidecarConfig.Bounds(new Cpu(50), new Cpu(4000), new MemorySize(192), new MemorySize(2048)),
                        new AuditVolume.Claim("pavise-audit")),
                config.sidecar());
    }

    @Test
    void readsEveryKey() throws IOException {
        InjectorConfig config = loaded("""
                listen: "[::1]:9443"
                tls: {cert: tls.crt, key: tls.key, client_ca: ca.crt, client_names: [kube-apiserver]}
                namespace: shields
                exempt_namespaces: [ingress, monitoring]
                sidecar:
                  image: registry.example/pavise@sha256:%s
                  image_pull_policy: Always
                  user: 4242
                  log_level: warn
                  resources: {cpu_request: 250m, cpu_limit: 2, memory_request: 384Mi, memory_limit: 1Gi}
                  bounds: {cpu_least: 100m, cpu_most: 3, memory_least: 256Mi, memory_most: 4Gi}
                audit: {ephemeral: true}
                limits: {concurrent: 4, connections: 5, review: 1MiB, timeout: 250ms}
                metrics_token: token
                """.formatted("ab".repeat(32)));
        assertEquals(9443, config.listen().getPort());
        assertEquals(List.of("kube-apiserver"), config.tls().clientNames());
        assertEquals(Set.of("ingress", "monitoring"), config.exemptNamespaces());
        assertEquals(new InjectorConfig.Limits(4, 5, 1 << 20, Duration.ofMillis(250)), config.limits());
        assertEquals(folder.resolve("token"), config.metricsToken());
        assertEquals(
                new SidecarConfig(
                        "registry.example/pavise@sha256:" + "ab".repeat(32),
                        "Always",
                        4242,
                        "warn",
                        new SidecarConfig.Resources(
                                new Cpu(250), new Cpu(2000), new MemorySize(384), new MemorySize(1024)),
                        new SidecarConfig.Bounds(
                                new Cpu(100), new Cpu(3000), new MemorySize(256), new MemorySize(4096)),
                        new AuditVolume.Ephemeral()),
                config.sidecar());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "audit: {claim: pavise-audit}|audit: {}|name a `claim`, or say `ephemeral: true`",
                "audit: {claim: pavise-audit}|audit: {claim: a, ephemeral: true}|and not both",
                "audit: {claim: pavise-audit}|audit: {ephemeral: false}|name a `claim`",
                "audit: {claim: pavise-audit}|# none|`audit` is missing",
                "pavise:0.1.0|pavise|an image with its tag or digest",
                "namespace: ${POD_NAMESPACE}|namespace: ${NOT_SET}|NOT_SET",
                "tls.key}|tls.key, client_ca: ca.crt}|go together",
                "tls.key}|none.key}|there is no such file",
                "namespace:|fail_open: true\\nnamespace:|is not a known key",
                "0.1.0\"}|0.1.0\", user: 0}|a whole number from 1",
                "0.1.0\"}|0.1.0\", resources: {memory_limit: 64Mi}}|is below memory_request",
                "0.1.0\"}|0.1.0\", resources: {cpu_limit: 10m}}|is below cpu_request",
                "0.1.0\"}|0.1.0\", bounds: {memory_most: 1Mi}}|is below memory_least",
                "0.1.0\"}|0.1.0\", resources: {cpu_request: 0}}|processor time",
            })
    void refuses(String instead, String written, String reason) throws IOException {
        String errors = Configs.errors(load(LEAST.replace(instead, written.replace("\\n", "\n"))));
        assertTrue(errors.contains(reason), errors);
    }

    @Test
    void forFilesNeedsNoCertificateAndNoNamespace() throws IOException {
        Path file = Files.writeString(
                folder.resolve("injector.yaml"),
                "sidecar: {image: \"a:1\"}\naudit: {ephemeral: true}\ntls: {cert: /nowhere/tls.crt}\n");
        FileConfig config = Configs.loaded(InjectorConfigLoader.loadForFiles(file, name -> null));
        assertEquals("a:1", config.sidecar().image());
    }

    @ParameterizedTest
    @CsvSource({"1000m,1", "100m,100m", "2,2", "1500m,1500m"})
    void writesProcessorTimeAsTheApiServerDoes(String text, String written) {
        assertEquals(written, Cpu.parse(text).orElseThrow().toString());
    }

    @ParameterizedTest
    @CsvSource({"1024Mi,1Gi", "256Mi,256Mi", "3Gi,3Gi", "1536Mi,1536Mi", "1024Gi,1Ti"})
    void writesMemoryAsTheApiServerDoes(String text, String written) {
        assertEquals(written, MemorySize.parse(text).orElseThrow().toString());
    }
}
