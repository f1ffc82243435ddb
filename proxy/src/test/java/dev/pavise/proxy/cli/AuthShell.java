package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.client.GatewayFile;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.server.ProxyServer;
import dev.pavise.proxy.tls.TestCa;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway in a folder, and a shell beside it in which {@code pavise} is run. */
final class AuthShell {
    static final String ROUTES = """
            upstreams: {runtime: {url: "http://127.0.0.1:9"}}
            routes: [{match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}]
            identity: {issuers: [{name: corp, secret: "a shared secret of more than thirty-two bytes"}]}
            roles:
              - {name: reader, permissions: ["agent:list"]}
              - {name: manager, permissions: ["auth:manage"]}
            bindings:
              - {principal: "jwt:corp:alice", roles: [reader]}
              - {principal: "cert:ops", roles: [manager]}
            """;

    static final String LOOPBACK = "listen: {https: \"127.0.0.1:0\"}\n";
    final Path folder;
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    final Map<String, String> environment = new HashMap<>();
    boolean terminal;

    @Nullable
    ProxyServer server;

    AuthShell(Path folder) {
        this.folder = folder;
    }

    void stop() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    void configure(String listen) throws Exception {
        Files.writeString(folder.resolve("pavise.yaml"), listen + "data_dir: data\n" + ROUTES);
    }

    ProxyServer start() throws Exception {
        server = switch (ConfigLoader.load(folder.resolve("pavise.yaml"), Map.<String, String>of()::get)) {
            case ConfigResult.Loaded loaded -> ProxyServer.start(loaded.config(), Map.<String, String>of()::get);
            case ConfigResult.Invalid invalid ->
                throw new IllegalArgumentException(invalid.errors().toString());
        };
        return server;
    }

    ProxyServer start(String listen) throws Exception {
        configure(listen);
        return start();
    }

    ProxyServer startOnAllAddresses(String name) throws Exception {
        TestCa ca = TestCa.create("corp");
        ca.writeCert(folder, "corp.crt");
        TestCa.Issued own = ca.server(name);
        own.writeCert(folder, "gw.crt");
        own.writeKey(folder, "gw.key");
        return start("listen: {https: \"0.0.0.0:0\"}\ntls: {cert: gw.crt, key: gw.key}\n");
    }

    int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Surroundings here = new Surroundings(environment::get, folder, terminal, InstantSource.system());
        return CommandTree.run(List.of(arguments), here, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    void done(String line) {
        assertEquals(ExitCode.DONE, run(("auth " + line).split(" ")), err::toString);
    }

    void refused(int code, String message, String line) {
        assertEquals(code, run(("auth " + line).split(" ")), err::toString);
        assertTrue(err.toString().contains(message), err::toString);
        assertTrue(err.toString().startsWith("pavise: "), err::toString);
    }

    JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }

    GatewayFile announced() {
        return switch (GatewayFile.read(folder.resolve("data"))) {
            case GatewayFile.Reading.Found(GatewayFile file) -> file;
            case GatewayFile.Reading other -> throw new AssertionError(other.toString());
        };
    }

    void assertRecorded(String event, String action, String member, String value) {
        assertEquals(ExitCode.DONE, run("audit", "query", "--event-type", event));
        JsonNode outcome =
                JsonMapper.shared().readTree(out.toString().lines().findFirst().orElseThrow());
        assertEquals("outcome", outcome.path("phase").asString(""));
        assertEquals("success", outcome.path("outcome").asString(""));
        assertEquals("operator", outcome.path("actor").asString(""));
        assertEquals(action, outcome.path("action").asString(""));
        assertEquals("cli", outcome.path("metadata").path("via").asString(""));
        assertEquals(value, outcome.path("metadata").path(member).asString(""));
        assertEquals(ExitCode.DONE, run("audit", "query", "--action", action, "--order", "asc"));
        assertEquals(
                "intent",
                JsonMapper.shared()
                        .readTree(out.toString().lines().findFirst().orElseThrow())
                        .path("phase")
                        .asString(""));
    }
}
