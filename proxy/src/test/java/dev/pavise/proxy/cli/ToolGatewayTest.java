package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.MeasuredContent;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.server.ProxyServer;
import dev.pavise.proxy.tls.TestCa;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise tool} against a running gateway whose runner is away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ToolGatewayTest {
    private static final String TOKEN = "test-operator-token-0123456789abcdef";

    @TempDir
    static Path folder;

    private final SigningKey key = SigningKey.generate();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private ProxyServer server;

    @BeforeAll
    void start() throws Exception {
        TestCa ca = TestCa.create("tools CA");
        ca.writeCert(folder, "ca.crt");
        TestCa.Issued own = ca.client("gateway").issue();
        own.writeCert(folder, "gw.crt");
        own.writeKey(folder, "gw.key");
        Files.createDirectory(folder.resolve("keys"));
        Files.writeString(folder.resolve("keys/release.pub"), key.verifyKey().pem());
        Path file = folder.resolve("pavise.yaml");
        Files.writeString(file, """
                listen: {https: "127.0.0.1:0"}
                data_dir: data
                tools:
                  trusted_keys: keys
                  runner: {url: "https://127.0.0.1:9", ca: ca.crt, cert: gw.crt, key: gw.key}
                """);
        server = switch (ConfigLoader.load(file, Map.<String, String>of()::get)) {
            case ConfigResult.Loaded loaded ->
                ProxyServer.start(loaded.config(), Map.of("PAVISE_AUTH_TOKEN", TOKEN)::get);
            case ConfigResult.Invalid invalid ->
                throw new IllegalArgumentException(invalid.errors().toString());
        };
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** Makes a program and its signed manifest, as files. */
    private void make(String tool, String version) throws Exception {
        byte[] program = ("#!/bin/sh\necho " + tool + "\n").getBytes(StandardCharsets.UTF_8);
        Files.write(folder.resolve(tool), program);
        String json = """
                {"tool_id": "%s", "version": "%s", "sha256_hash": "%s", "max_memory_mb": 64, "max_cpu_seconds": 5,
                 "network_allowed": false}""".formatted(tool, version, MeasuredContent.of(program).sha256());
        SignedManifest signed = SignedManifest.sign(ManifestReader.draft(json.getBytes(StandardCharsets.UTF_8)), key);
        Files.write(folder.resolve(tool + ".json"), signed.json());
    }

    private int run(String line) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Surroundings here =
                new Surroundings(Map.of("PAVISE_AUTH_TOKEN", TOKEN)::get, folder, false, InstantSource.system());
        return CommandTree.run(List.of(line.split(" ")), here, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private void done(String line) {
        assertEquals(ExitCode.DONE, run(line), err + " " + out);
    }

    private JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }

    @Test
    void registersListsShowsAndRemoves() throws Exception {
        make("hello", "1.0.0");
        done("tool register hello.json --content hello");
        assertTrue(json().path("content").asBoolean(false), out::toString);
        done("tool register hello.json --output text");
        assertEquals("registered `hello` 1.0.0\n", out.toString());
        done("tool list");
        assertEquals("hello", json().path("tools").path(0).path("tool_id").asString(""));
        done("tool list --output text");
        assertTrue(out.toString().contains("hello  1.0.0"), out::toString);
        done("tool show hello@1.0.0");
        assertEquals("operator", json().path("registered_by").asString(""));
        done("tool remove hello --all --output text");
        assertTrue(out.toString().contains("removed for good: 1.0.0"), out::toString);
        assertEquals(ExitCode.WANTING, run("tool register hello.json"));
        assertTrue(err.toString().contains("version_removed"), err::toString);
    }

    @Test
    void tellsThatTheContentIsMissing() throws Exception {
        make("bare", "1.0.0");
        done("tool register bare.json --output text");
        assertTrue(err.toString().contains("send it by --content"), err::toString);
        assertEquals(ExitCode.WANTING, run("tool run bare"));
        assertTrue(err.toString().contains("content_missing"), err::toString);
    }

    @Test
    void looksAtFilesBeforeItSendsThem() throws Exception {
        make("one", "1.0.0");
        make("two", "1.0.0");
        assertEquals(ExitCode.WANTING, run("tool register one.json --content two"));
        assertTrue(err.toString().contains("is not what the manifest names"), err::toString);
        assertEquals(ExitCode.WANTING, run("tool register two"));
        assertTrue(err.toString().contains("cannot be read"), err::toString);
        assertEquals(ExitCode.WANTING, run("tool register absent.json"));
        assertEquals(ExitCode.WANTING, run("tool show one"));
        assertTrue(err.toString().contains("manifest_missing"), err::toString);
    }

    @Test
    void tellsThatTheRunnerIsAway() throws Exception {
        make("away", "1.0.0");
        done("tool register away.json --content away");
        assertEquals(ExitCode.WANTING, run("tool run away@1.0.0 --env A=b --timeout 5s -- x y"));
        assertTrue(err.toString().contains("runner_unreachable"), err::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tool",
                "tool register",
                "tool remove hello",
                "tool remove hello@1.0.0 --all",
                "tool run",
                "tool run hello --timeout soon",
                "tool list --output xml",
            })
    void takesAsMisuse(String line) {
        assertEquals(ExitCode.MISUSE, run(line), err.toString());
    }

    @Test
    void helps() {
        for (String command : List.of("", " register", " list", " show", " remove", " run")) {
            done("tool" + command + " --help");
            assertTrue(out.toString().contains("Usage: pavise tool"), out::toString);
        }
    }

    @Test
    void needsAGatewayThatRuns() {
        Surroundings elsewhere = new Surroundings(name -> null, folder.resolve("keys"), false, InstantSource.system());
        int code = CommandTree.run(
                List.of("tool", "list"), elsewhere, new PrintWriter(out, true), new PrintWriter(err, true));
        assertEquals(ExitCode.WANTING, code);
        assertTrue(err.toString().contains("no gateway runs"), err::toString);
    }

    @Test
    void printsWhatTheToolWroteAndHowItEnded() {
        StringWriter written = new StringWriter();
        StringWriter said = new StringWriter();
        ToolPrint print =
                new ToolPrint(new Printout(new PrintWriter(written, true), new PrintWriter(said, true), true));
        assertEquals(ExitCode.DONE, print.run(JsonMapper.shared().readTree("""
                        {"run_id":"r1","success":true,"exit_code":0,"stdout":"out\\n","stderr":"err\\n"}""")));
        assertEquals("out\n", written.toString());
        assertEquals("err\n", said.toString());
        assertEquals(ExitCode.WANTING, print.run(JsonMapper.shared().readTree("""
                        {"run_id":"r2","success":false,"exit_code":137,"stdout":"","stderr":"",
                         "violations":["memory"],"truncated":true}""")));
        assertTrue(
                said.toString().contains("run r2 ended with exit code 137, against its limit of memory; only a part"),
                said::toString);
    }
}
