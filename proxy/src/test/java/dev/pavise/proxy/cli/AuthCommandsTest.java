package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise auth} against a running gateway, and on the store of one that does not run. */
final class AuthCommandsTest {
    private static final String ROUTES = """
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
    private static final String LOOPBACK = "listen: {https: \"127.0.0.1:0\"}\n";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private boolean terminal;
    private @Nullable ProxyServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    private void configure(String listen) throws Exception {
        Files.writeString(folder.resolve("pavise.yaml"), listen + "data_dir: data\n" + ROUTES);
    }

    private ProxyServer start() throws Exception {
        server = switch (ConfigLoader.load(folder.resolve("pavise.yaml"), Map.<String, String>of()::get)) {
            case ConfigResult.Loaded loaded -> ProxyServer.start(loaded.config(), Map.<String, String>of()::get);
            case ConfigResult.Invalid invalid ->
                throw new IllegalArgumentException(invalid.errors().toString());
        };
        return server;
    }

    private ProxyServer start(String listen) throws Exception {
        configure(listen);
        return start();
    }

    private ProxyServer startOnAllAddresses(String name) throws Exception {
        TestCa ca = TestCa.create("corp");
        ca.writeCert(folder, "corp.crt");
        TestCa.Issued own = ca.server(name);
        own.writeCert(folder, "gw.crt");
        own.writeKey(folder, "gw.key");
        return start("listen: {https: \"0.0.0.0:0\"}\ntls: {cert: gw.crt, key: gw.key}\n");
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Surroundings here = new Surroundings(environment::get, folder, terminal, InstantSource.system());
        return CommandTree.run(List.of(arguments), here, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private void done(String line) {
        assertEquals(ExitCode.DONE, run(("auth " + line).split(" ")), err::toString);
    }

    private void refused(int code, String message, String line) {
        assertEquals(code, run(("auth " + line).split(" ")), err::toString);
        assertTrue(err.toString().contains(message), err::toString);
        assertTrue(err.toString().startsWith("pavise: "), err::toString);
    }

    private JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }

    // ---- with a running gateway

    @Test
    void managesTheGatewayThatRunsHere() throws Exception {
        start(LOOPBACK);
        done("create-key --name ci --permissions agent:list,message:* --expires-in 90d --limit 100/minute");
        String key = out.toString().strip();
        assertTrue(key.matches("pav_live_[A-Za-z0-9]{65}"), key);
        assertTrue(err.toString().contains("shown only now"), err::toString);

        done("list-keys");
        JsonNode listed = json().path("keys").path(0);
        assertEquals("ci", listed.path("name").asString(""));
        assertEquals(
                "[\"agent:list\",\"message:*\"]", listed.path("permissions").toString());
        assertEquals("100/minute", listed.path("limit").asString(""));
        done("rotate-key ci --overlap 0s --expires-in 1h --output json");
        assertEquals(
                Instant.parse(json().path("created_at").asString("")).plus(Duration.ofHours(1)),
                Instant.parse(json().path("expires_at").asString("")));
        assertFalse(json().path("key").asString("").equals(key));
        done("list-keys --state all --name ci");
        assertEquals(2, json().path("keys").size());
        done("revoke-key ci");
        assertEquals("revoked", json().path("revoked").path(0).path("state").asString(""));
        done("list-keys");
        assertEquals(0, json().path("keys").size());
    }

    @Test
    void givesAndTakesRoles() throws Exception {
        start(LOOPBACK);
        done("assign-role --user cert:spiffe://example.org/agent --role reader");
        assertEquals("[\"reader\"]", json().path("roles").toString());
        done("check --user cert:spiffe://example.org/agent --permission agent:list");
        assertTrue(json().path("allowed").asBoolean(false));
        done("unassign-role --user cert:spiffe://example.org/agent --role reader");
        assertEquals("[]", json().path("roles").toString());
        assertEquals(
                ExitCode.WANTING,
                run("auth", "check", "--user", "cert:spiffe://example.org/agent", "--permission", "agent:list"));
        assertFalse(json().path("allowed").asBoolean(true));
        done("check --permission any:thing");
        assertEquals("operator", json().path("principal").asString(""));
    }

    @Test
    void printsTablesForPeople() throws Exception {
        start(LOOPBACK);
        terminal = true;
        done("create-key --name ci --permissions agent:list");
        done("assign-role --user bob --role reader");
        assertEquals("roles given to `jwt:corp:bob` at run time: reader\n", out.toString());
        done("list");
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.getFirst().startsWith("ROLE"), out::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.matches("jwt:corp:alice +reader +in .*pavise.yaml:.*")),
                out::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.matches("jwt:corp:bob +reader +by operator at .*")),
                out::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.matches("ci +[A-Za-z0-9]{16} +live .* agent:list")),
                out::toString);
        done("check --user alice --permission agent:list");
        assertTrue(out.toString().startsWith("allowed: role reader gives `agent:list`, bound "), out::toString);
        assertTrue(out.toString().contains("note: "), out::toString);
        done("list --output json");
        assertEquals(3, json().path("roles").size());
        assertEquals(3, json().path("bindings").size());
        assertEquals(1, json().path("keys").size());
    }

    static Stream<List<String>> refusals() {
        return Stream.of(
                List.of("1", "unknown_role", "assign-role --user bob --role no-such"),
                List.of("1", "configured", "unassign-role --user alice --role reader"),
                List.of("1", "not_found", "unassign-role --user bob --role reader"),
                List.of("1", "not_found", "revoke-key nobody"),
                List.of("1", "not_found", "rotate-key nobody"),
                List.of("2", "invalid_argument", "assign-role --user jwt:other:bob --role reader"),
                List.of("2", "invalid_argument", "create-key --name a:b --permissions agent:list"),
                List.of("2", "invalid_argument", "create-key --name ci --permissions nonsense"),
                List.of("2", "invalid_argument", "create-key --name ci --permissions agent:list --expires-in 99999w"),
                List.of("2", "invalid_argument", "list-keys --state dead"),
                List.of("2", "--expires-in", "create-key --name ci --expires-in soon"),
                List.of("2", "--expires-at", "create-key --name ci --expires-at noon"),
                List.of("2", "--overlap", "rotate-key ci --overlap soon"),
                List.of("2", "--name", "create-key --permissions agent:list"),
                List.of("2", "--permission", "check --user bob"),
                List.of("2", "--cert and --key", "list --cert own.crt"),
                List.of("2", "https://", "list --server http://127.0.0.1:1"),
                List.of("2", "https://", "list --server https://user@127.0.0.1:1"),
                List.of("2", "name a command", ""));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void saysWhyNot(List<String> refusal) throws Exception {
        configure(LOOPBACK);
        List<String> arguments = new ArrayList<>(List.of("auth"));
        Stream.of(refusal.get(2).split(" ")).filter(word -> !word.isEmpty()).forEach(arguments::add);

        assertEquals(Integer.parseInt(refusal.getFirst()), run(arguments.toArray(new String[0])), err::toString);

        assertTrue(err.toString().startsWith("pavise: "), err::toString);
        assertTrue(err.toString().contains(refusal.get(1)), err::toString);
    }

    // ---- how it finds the gateway, and whom it trusts

    @Test
    void goesWhereItIsTold() throws Exception {
        ProxyServer running = start(LOOPBACK);
        String token = Files.readString(folder.resolve("data/operator.token")).strip();
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.copy(folder.resolve("data/ca.crt"), elsewhere.resolve("ca.crt"));
        environment.put("PAVISE_URL", running.url());
        environment.put("PAVISE_CA", elsewhere.resolve("ca.crt").toString());
        environment.put("PAVISE_AUTH_TOKEN", token);
        done("check --permission any:thing");

        environment.clear();
        Files.writeString(elsewhere.resolve("token"), token + "\n");
        done("check --permission any:thing --server " + running.url()
                + " --ca elsewhere/ca.crt --token-file elsewhere/token");
        done("check --permission any:thing --server " + running.url() + " --ca elsewhere/ca.crt --data-dir data");

        // Named by itself, a server does not get the token of whatever data directory happens to be here.
        refused(1, "there is no token", "list --server " + running.url() + " --ca elsewhere/ca.crt");
    }

    @Test
    void sendsNothingToWhomItDoesNotTrust() throws Exception {
        ProxyServer running = startOnAllAddresses("localhost");
        TestCa.create("another").writeCert(folder, "another.crt");
        environment.put(
                "PAVISE_AUTH_TOKEN",
                Files.readString(folder.resolve("data/operator.token")).strip());
        int port = running.address("https").getPort();

        refused(1, "nothing was sent", "list --server https://localhost:" + port + " --ca another.crt");
        refused(1, "nothing was sent", "list --server https://localhost:" + port);
        refused(1, "nothing was sent", "list --server https://127.0.0.2:" + port + " --ca corp.crt");
        refused(1, "does not exist", "list --server https://localhost:" + port + " --ca nowhere.crt");
        done("list --server https://localhost:" + port + " --ca corp.crt");
    }

    @Test
    void reachesAGatewayOnAllAddressesByTheNameOfItsCertificate() throws Exception {
        startOnAllAddresses("agents.example.com");

        done("create-key --name ci --permissions agent:list");

        GatewayFile file = announced();
        assertEquals("agents.example.com", file.target().name().host());
        assertTrue(file.target().connect().loopback(), file::toString);
    }

    @Test
    void showsAClientCertificate() throws Exception {
        TestCa ca = TestCa.create("clients");
        ca.writeCert(folder, "clients.crt");
        TestCa.Issued ops = ca.client("ops").issue();
        ops.writeCert(folder, "ops.crt");
        ops.writeKey(folder, "ops.key");
        start(LOOPBACK + "tls: {client_ca: clients.crt, client_auth: required}\n");

        done("list --cert ops.crt --key ops.key");
        refused(
                1,
                "exceeds_own_permissions",
                "create-key --name ci --permissions agent:list --cert ops.crt --key ops.key");
        refused(1, "--cert and --key", "list");
    }

    @Test
    void saysWhichCredentialWasRefused() throws Exception {
        start(LOOPBACK);
        environment.put("PAVISE_AUTH_TOKEN", "not-the-token-of-this-gateway");
        refused(1, "refused was the token of PAVISE_AUTH_TOKEN", "list");
        assertFalse(err.toString().contains("not-the-token"), err::toString);
        environment.put("PAVISE_AUTH_TOKEN", "two words");
        refused(1, "PAVISE_AUTH_TOKEN does not hold a token", "list");
    }

    private GatewayFile announced() {
        return switch (GatewayFile.read(folder.resolve("data"))) {
            case GatewayFile.Reading.Found(GatewayFile file) -> file;
            case GatewayFile.Reading other -> throw new AssertionError(other.toString());
        };
    }

    @Test
    void announcesTheGatewayForAsLongAsItRuns() throws Exception {
        start(LOOPBACK);
        Path file = folder.resolve("data/gateway.json");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(ProcessHandle.current().pid(), announced().pid());
        stop();
        assertFalse(Files.exists(file));
    }

    @Test
    void announcesTheDoorOfTheManagementApi() throws Exception {
        ProxyServer running = start("listen: {https: \"127.0.0.1:0\", management: \"127.0.0.1:0\"}\n");
        assertEquals(
                running.address("management").getPort(),
                announced().target().name().port());
        done("list");
    }

    @Test
    void believesNoAnnouncementThatOthersCouldHaveWritten() throws Exception {
        start(LOOPBACK);
        Path file = folder.resolve("data/gateway.json");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        refused(1, "others than its owner can write it", "list");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "{");
        refused(1, "it is damaged", "list");
    }

    // ---- without one

    @Test
    void worksOnTheStoreWhereNoGatewayRuns() throws Exception {
        configure(LOOPBACK);
        done("create-key --name ci --permissions agent:list");
        String key = out.toString().strip();
        done("assign-role --user bob --role reader");
        done("check --user bob --permission agent:list");
        refused(1, "not_found", "revoke-key nobody");

        ProxyServer running = start();
        assertEquals("ci", running.access().keys().getFirst().record().name());
        done("check --user bob --permission agent:list");
        stop();
        assertRecorded("key_created", "auth.create_key", "key_name", "ci");
        assertRecorded("role_change", "auth.assign_role", "roles_after", "reader");
        assertEquals(ExitCode.DONE, run("audit", "query", "--limit", "1000"));
        assertFalse(out.toString().contains(key.substring(25)), "the secret is in the trail");
        assertEquals(ExitCode.DONE, run("audit", "verify"), err::toString);
    }

    private void assertRecorded(String event, String action, String member, String value) {
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

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsAGatewayThatCrashedFromOneThatRuns(boolean pidIsTakenAgain) throws Exception {
        start(LOOPBACK);
        GatewayFile left = announced();
        stop();
        long gone = new ProcessBuilder("true").start().toHandle().onExit().get().pid();
        new GatewayFile(left.target(), left.ca(), pidIsTakenAgain ? left.pid() : gone, left.startedAt())
                .write(folder.resolve("data"));

        done("create-key --name ci --permissions agent:list");

        Objects.requireNonNull(start());
        done("list-keys");
        assertEquals("ci", json().path("keys").path(0).path("name").asString(""));
    }

    @Test
    void leavesTheStoreOfARunningGatewayAlone() throws Exception {
        start(LOOPBACK);
        Files.delete(folder.resolve("data/gateway.json"));
        refused(1, "no gateway runs on", "create-key --name ci --permissions agent:list");
        assertTrue(err.toString().contains("access"), err::toString);
        refused(1, "access", "recover");
    }

    @Test
    void needsTheConfigurationWhereNoGatewayRuns() {
        refused(1, "name it by --config", "list");
        refused(1, "nowhere.yaml", "list --config nowhere.yaml");
        refused(1, "there is no data directory", "recover");
    }

    @Test
    void changesNothingThatCannotBeRecorded() throws Exception {
        configure(LOOPBACK);
        done("create-key --name first --permissions agent:list");
        Files.writeString(folder.resolve("data/audit.anchor"), "not an anchor");
        refused(1, "nothing was changed", "create-key --name second --permissions agent:list");
        done("list-keys");
        assertEquals(1, json().path("keys").size());
    }

    @Test
    void recoversAStoreThatDoesNotOpen() throws Exception {
        configure(LOOPBACK);
        done("create-key --name ci --permissions agent:list");
        done("recover");
        assertTrue(out.toString().startsWith("the store is sound"), out::toString);
        try (Stream<Path> files = Files.list(folder.resolve("data/access"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".mv")).toList()) {
                Files.writeString(file, "torn");
            }
        }
        refused(1, "pavise auth recover", "list");
        refused(1, "--start-empty", "recover");
        done("recover --start-empty");
        assertTrue(out.toString().contains("no key is live now"), out::toString);
        done("list-keys");
        assertEquals(0, json().path("keys").size());
    }
}
