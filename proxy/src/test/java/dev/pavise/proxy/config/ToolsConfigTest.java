package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.tool.Reach;
import dev.pavise.policy.tool.ResourceGrant;
import dev.pavise.policy.tool.ToolKind;
import dev.pavise.policy.tool.ToolPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may stand under {@code tools}. */
final class ToolsConfigTest {
    private static final String RUNNER = "url: 'https://127.0.0.1:8444', ca: ca.crt, cert: gw.crt, key: gw.key";

    @TempDir
    private Path temporary;

    private ConfigFolder folder;

    @BeforeEach
    void make() {
        folder = new ConfigFolder(temporary).withFiles("ca.crt", "gw.crt", "gw.key", "keys/release.pub");
    }

    private static String yaml(String runner, String more) {
        return "tools: {trusted_keys: keys, runner: {" + runner + "}" + more + "}\n";
    }

    private ToolsConfig good(String runner, String more) {
        ToolsConfig tools = folder.good(yaml(runner, more)).tools();
        assertNotNull(tools);
        return tools;
    }

    @Test
    void hasNoToolsByDefault() {
        assertNull(folder.good("{}").tools());
    }

    @Test
    void hasTheseDefaults() {
        ToolsConfig tools = good(RUNNER, "");
        assertEquals(folder.path("keys"), tools.trustedKeys());
        assertEquals(Map.of(), tools.policies());
        assertEquals(new ToolsConfig.Content(ByteSize.mebibytes(64), ByteSize.mebibytes(1024)), tools.content());
        assertEquals(
                new ToolsConfig.Runner(
                        new UpstreamConfig.Url(true, "127.0.0.1", 8444),
                        folder.path("ca.crt"),
                        folder.path("gw.crt"),
                        folder.path("gw.key"),
                        null,
                        null,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        64),
                tools.runner());
        assertEquals("127.0.0.1", ((ToolsConfig.Runner) tools.runner()).name());
    }

    @Test
    void hasTheseDefaultsOfARunnerBesideTheGateway() {
        ToolsConfig tools =
                folder.good("tools: {trusted_keys: keys, local_runner: {}}\n").tools();
        assertEquals(
                new ToolsConfig.LocalRunner(
                        null, null, List.of(ToolKind.WASM, ToolKind.NATIVE), ByteSize.mebibytes(1024), 4),
                tools.runner());
    }

    @Test
    void readsARunnerBesideTheGateway() {
        ToolsConfig tools = folder.good(
                        "tools: {trusted_keys: keys, local_runner: {user: tools, data_dir: r, backends: [wasm], heap: 256MiB, concurrent: 2}}\n")
                .tools();
        assertEquals(
                new ToolsConfig.LocalRunner(
                        "tools", folder.path("r"), List.of(ToolKind.WASM), ByteSize.mebibytes(256), 2),
                tools.runner());
    }

    @Test
    void readsPoliciesByTool() {
        ToolsConfig tools = good(
                RUNNER,
                ", policies: {usual: {}, convert: {max_memory_mb: 512, max_cpu_seconds: 60, max_wall: 2m, scratch_mb: 0,"
                        + " files: ['fs:rw:/srv/out'], network: none}}");
        assertEquals(
                new ToolPolicy("custom", 256, 30, Duration.ofSeconds(60), 64, new Reach.AsNamed(), new Reach.AsNamed()),
                tools.policies().get("usual"));
        assertEquals(
                new ToolPolicy(
                        "custom",
                        512,
                        60,
                        Duration.ofMinutes(2),
                        0,
                        new Reach.Only(List.of(ResourceGrant.parse("fs:rw:/srv/out"))),
                        new Reach.Nothing()),
                tools.policies().get("convert"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tools: {}                                                        | `trusted_keys` is missing",
                "tools: {trusted_keys: absent, runner: {RUNNER}}                  | there is no such folder",
                "tools: {trusted_keys: ca.crt, runner: {RUNNER}}                  | there is no such folder",
                "tools: {trusted_keys: keys}                                      | neither `runner` nor `local_runner`",
                "tools: {trusted_keys: keys, runner: {RUNNER}, local_runner: {}}  | keep one of the two",
                "tools: {trusted_keys: keys, local_runner: {backends: []}}        | name one",
                "tools: {trusted_keys: keys, local_runner: {backends: [wasm, wasm]}}  | names one twice",
                "tools: {trusted_keys: keys, local_runner: {backends: [kubernetes]}}  | one of: wasm, native",
                "tools: {trusted_keys: keys, local_runner: {user: 'a b'}}         | a user's name or number",
                "tools: {trusted_keys: keys, local_runner: {user: 0}}             | a user's name or number",
                "tools: {trusted_keys: keys, local_runner: {heap: 1MiB}}          | heap",
                "tools: {trusted_keys: keys, local_runner: {concurrent: 0}}       | concurrent",
                "tools: {trusted_keys: keys, runner: {url: 'http://127.0.0.1:1', ca: ca.crt, cert: gw.crt, key: gw.key}} | mutual TLS",
                "tools: {trusted_keys: keys, runner: {url: 'https://h', cert: gw.crt, key: gw.key}}       | `ca` is missing",
                "tools: {trusted_keys: keys, runner: {url: 'https://h', ca: ca.crt, key: gw.key}}         | `cert` is missing",
                "tools: {trusted_keys: keys, runner: {url: 'https://h', ca: ca.crt, cert: gw.crt}}        | `key` is missing",
                "tools: {trusted_keys: keys, runner: {RUNNER}, secrets: {'../a': secret-value}}           | the name of a secret",
                "tools: {trusted_keys: keys, runner: {RUNNER}, secrets: {a: ''}}                          | a secret of 1 to",
                "tools: {trusted_keys: keys, runner: {RUNNER}, secrets: {a: [b]}}                         | a secret of 1 to",
                "tools: {trusted_keys: keys, runner: {RUNNER}, secrets: {a: '${NOT_SET_AT_ALL}'}}         | NOT_SET_AT_ALL",
                "tools: {trusted_keys: keys, runner: {RUNNER, max_in_flight: 0}}  | max_in_flight",
                "tools: {trusted_keys: keys, runner: {RUNNER}, content: {max_size: 2MiB, max_total: 1MiB}} | never fit",
                "tools: {trusted_keys: keys, runner: {RUNNER}, policies: {'a b': {}}}                     | a tool id",
                "tools: {trusted_keys: keys, runner: {RUNNER}, policies: {a: {files: ['net:h:1']}}}       | fs:ro:/path",
                "tools: {trusted_keys: keys, runner: {RUNNER}, policies: {a: {network: ['fs:ro:/x']}}}    | net:host:port",
                "tools: {trusted_keys: keys, runner: {RUNNER}, policies: {a: {files: all}}}               | none, as_named, or a list of fs:ro:",
                "tools: {trusted_keys: keys, runner: {RUNNER}, policies: {a: {max_wall: 0s}}}             | max_wall",
            })
    void refuses(String yaml, String expected) {
        List<String> shown = folder.shown(yaml.replace("RUNNER", RUNNER));
        assertTrue(shown.stream().anyMatch(each -> each.contains(expected)), shown.toString());
    }

    @Test
    void seesWhatChangesInAFolder() throws Exception {
        FileDigests digests = new FileDigests();
        Path keys = folder.path("keys");
        String before = digests.of(List.of(keys)).get(keys);
        assertEquals(before, digests.of(List.of(keys)).get(keys));
        Files.writeString(keys.resolve("other.pub"), "x");
        String added = digests.of(List.of(keys)).get(keys);
        Files.writeString(keys.resolve("other.pub"), "y");
        String changed = digests.of(List.of(keys)).get(keys);
        Files.move(keys.resolve("other.pub"), keys.resolve("another.pub"));
        String renamed = digests.of(List.of(keys)).get(keys);
        Files.delete(keys.resolve("another.pub"));
        String back = digests.of(List.of(keys)).get(keys);
        assertEquals(
                4, List.of(before, added, changed, renamed).stream().distinct().count());
        assertEquals(before, back);
    }
}
