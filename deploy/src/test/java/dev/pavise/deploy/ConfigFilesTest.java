package dev.pavise.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pavise.k8s.compile.Allowance;
import dev.pavise.k8s.compile.Compiled;
import dev.pavise.k8s.compile.Compiler;
import dev.pavise.k8s.compile.ResourceSettings;
import dev.pavise.k8s.inject.config.InjectorConfig;
import dev.pavise.k8s.inject.config.InjectorConfigLoader;
import dev.pavise.k8s.manager.config.ManagerConfig;
import dev.pavise.k8s.manager.config.ManagerConfigLoader;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.LoadResult;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.runner.config.RunnerConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The configuration files that the chart writes are read by those who will read them. Files that only a pod has are made up. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = Chart.WHY_SKIPPED)
class ConfigFilesTest {
    private static final Pattern MOUNTED = Pattern.compile("/(?:etc/pavise|var/lib/pavise|data)/[-A-Za-z0-9._/]+");
    private static final Map<String, String> POD = Map.of("PAVISE_APP_PORT", "8080");
    private static final EnvironmentLookup ENVIRONMENT = POD::get;

    @TempDir
    private Path root;

    /** Writes a file of a ConfigMap and all that it names, below a folder that stands for the pod's root. */
    private Path written(Rendered rendered, String map, String key) throws IOException {
        return written(rendered.the("ConfigMap", map).path("data").path(key).asText(), key);
    }

    private Path written(String text, String key) throws IOException {
        Matcher each = MOUNTED.matcher(text);
        StringBuilder moved = new StringBuilder();
        while (each.find()) {
            Path there = root.resolve(each.group().substring(1));
            if (each.group().endsWith("trusted-keys")) {
                Files.createDirectories(there);
            } else if (each.group().startsWith("/etc/")) {
                Files.createDirectories(there.getParent());
                Files.writeString(there, "made up");
            }
            each.appendReplacement(moved, Matcher.quoteReplacement(there.toString()));
        }
        each.appendTail(moved);
        return Files.writeString(root.resolve(key), moved);
    }

    private static <T> T loaded(LoadResult<T> result) {
        return switch (result) {
            case LoadResult.Loaded<T>(T config) -> config;
            case LoadResult.Invalid<T> invalid -> throw new AssertionError(invalid.errors());
        };
    }

    @ParameterizedTest
    @EnumSource
    void theManagerReadsItsOwn(Values values) throws IOException {
        Path file = written(values.rendered(), "pavise-manager", "manager.yaml");
        ManagerConfig config = loaded(ManagerConfigLoader.load(file, ENVIRONMENT));
        assertEquals(values == Values.KAFKA, config.audit().ship() != null);
    }

    @ParameterizedTest
    @EnumSource
    void theInjectorReadsItsOwn(Values values) throws IOException {
        Path file = written(values.rendered(), "pavise-injector", "injector.yaml");
        InjectorConfig config = loaded(InjectorConfigLoader.load(file, ENVIRONMENT));
        assertEquals(Chart.NAMESPACE, config.namespace());
    }

    @ParameterizedTest
    @EnumSource
    void aSidecarReadsTheBase(Values values) throws IOException {
        Path file = written(values.rendered(), "pavise-manager", "gateway.yaml");
        var loaded = assertInstanceOf(ConfigResult.Loaded.class, ConfigLoader.load(file, ENVIRONMENT));
        assertFalse(loaded.config().identity().logGeneratedToken(), "whoever reads the log would be operator");
        assertEquals(values == Values.EPHEMERAL, loaded.config().audit().ephemeral());
        assertEquals(values == Values.KAFKA, loaded.config().audit().ship() != null);
        assertEquals(
                root.resolve("var/lib/pavise/keep/audit.key"),
                loaded.config().audit().key());
        assertEquals(
                root.resolve("var/lib/pavise/keep/audit.anchor"),
                loaded.config().audit().anchor());
        var manager = Objects.requireNonNull(loaded.config().kubernetes().manager());
        assertEquals(
                "https://pavise-manager." + Chart.NAMESPACE + ".svc:8443",
                manager.url().toString());
        assertEquals(Path.of("/var/run/secrets/pavise/token"), manager.token());
    }

    /** From the values to the file that a sidecar reads: tools are there where there is a runner and somebody may sign. */
    @ParameterizedTest
    @EnumSource
    void aSidecarHasToolsRunWhereSomebodyMaySignThem(Values values) throws IOException {
        String base = values.rendered()
                .the("ConfigMap", "pavise-manager")
                .at("/data/gateway.yaml")
                .asText();
        ResourceSettings settings = new ResourceSettings(root, List.of(), Allowance.USUAL);
        var compiled = assertInstanceOf(
                Compiled.Ready.class,
                new Compiler(settings, InstantSource.system()).compile(base, "agents", List.of(), Map.of()));
        String text = Objects.requireNonNull(compiled.files().get(Compiled.Ready.CONFIG));
        var loaded = assertInstanceOf(
                ConfigResult.Loaded.class, ConfigLoader.load(written(text, "compiled.yaml"), ENVIRONMENT));
        var tools = loaded.config().tools();
        assertEquals(values == Values.EVERYTHING, tools != null);
        assertEquals(
                values == Values.EVERYTHING,
                values.rendered()
                        .the("ConfigMap", "pavise-manager")
                        .at("/data/manager.yaml")
                        .asText()
                        .contains("trusted_keys: /etc/pavise/trusted-keys"));
        if (tools != null) {
            assertEquals(root.resolve("etc/pavise/trusted-keys"), tools.trustedKeys());
        }
    }

    /** By the very code that compiles it with the resources of a namespace. */
    @ParameterizedTest
    @EnumSource
    void theManagerTakesTheBase(Values values) {
        String base = values.rendered()
                .the("ConfigMap", "pavise-manager")
                .at("/data/gateway.yaml")
                .asText();
        ResourceSettings settings = new ResourceSettings(root, List.of(), Allowance.USUAL);
        Compiled compiled = new Compiler(settings, InstantSource.system()).compile(base, "agents", List.of(), Map.of());
        assertInstanceOf(Compiled.Ready.class, compiled, compiled::toString);
    }

    @ParameterizedTest
    @EnumSource
    void theRunnerReadsItsOwn(Values values) throws IOException {
        Path file = written(values.rendered(), "pavise-runner", "runner.yaml");
        assertInstanceOf(LoadResult.Loaded.class, RunnerConfigLoader.load(file, ENVIRONMENT));
    }

    @ParameterizedTest
    @EnumSource(names = "EVERYTHING")
    void aGatewayOfItsOwnReadsWhatItIsGiven(Values values) throws IOException {
        Path file = written(values.rendered(), "pavise-gateway-config", "pavise.yaml");
        var loaded = assertInstanceOf(ConfigResult.Loaded.class, ConfigLoader.load(file, ENVIRONMENT));
        assertFalse(loaded.config().identity().logGeneratedToken(), "whoever reads the log would be operator");
    }

    /** What a configuration names in a pod has to be mounted there. */
    @ParameterizedTest
    @EnumSource
    void whatTheyNameIsMounted(Values values) {
        Rendered rendered = values.rendered();
        Map<String, String> readers =
                new HashMap<>(Map.of("pavise-manager", "manager.yaml", "pavise-runner", "runner.yaml"));
        readers.put("pavise-injector", "injector.yaml");
        readers.forEach((name, key) -> {
            String text = rendered.the("ConfigMap", name).path("data").path(key).asText();
            JsonNode mounts = rendered.the("Deployment", name).at("/spec/template/spec/containers/0/volumeMounts");
            MOUNTED.matcher(text).results().forEach(each -> {
                boolean mounted = false;
                for (JsonNode mount : mounts) {
                    String path = mount.path("mountPath").asText();
                    mounted |= each.group().equals(path) || each.group().startsWith(path + "/");
                }
                assertEquals(true, mounted, name + ": " + each.group());
            });
        });
    }
}
