package dev.pavise.proxy.cli;

import static dev.pavise.proxy.cli.AuthShell.LOOPBACK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** {@code pavise auth} against a gateway that runs here. */
final class AuthCommandsTest {
    @TempDir
    Path folder;

    private AuthShell shell;

    @BeforeEach
    void open() {
        shell = new AuthShell(folder);
    }

    @AfterEach
    void stop() {
        shell.stop();
    }

    @Test
    void managesTheGatewayThatRunsHere() throws Exception {
        shell.start(LOOPBACK);
        shell.done("create-key --name ci --permissions agent:list,message:* --expires-in 90d --limit 100/minute");
        String key = shell.out.toString().strip();
        assertTrue(key.matches("pav_live_[A-Za-z0-9]{65}"), key);
        assertTrue(shell.err.toString().contains("shown only now"), shell.err::toString);

        shell.done("list-keys");
        JsonNode listed = shell.json().path("keys").path(0);
        assertEquals("ci", listed.path("name").asString(""));
        assertEquals(
                "[\"agent:list\",\"message:*\"]", listed.path("permissions").toString());
        assertEquals("100/minute", listed.path("limit").asString(""));
        shell.done("rotate-key ci --overlap 0s --expires-in 1h --output json");
        assertEquals(
                Instant.parse(shell.json().path("created_at").asString("")).plus(Duration.ofHours(1)),
                Instant.parse(shell.json().path("expires_at").asString("")));
        assertFalse(shell.json().path("key").asString("").equals(key));
        shell.done("list-keys --state all --name ci");
        assertEquals(2, shell.json().path("keys").size());
        shell.done("revoke-key ci");
        assertEquals(
                "revoked", shell.json().path("revoked").path(0).path("state").asString(""));
        shell.done("list-keys");
        assertEquals(0, shell.json().path("keys").size());
    }

    @Test
    void givesAndTakesRoles() throws Exception {
        shell.start(LOOPBACK);
        shell.done("assign-role --user cert:spiffe://example.org/agent --role reader");
        assertEquals("[\"reader\"]", shell.json().path("roles").toString());
        shell.done("check --user cert:spiffe://example.org/agent --permission agent:list");
        assertTrue(shell.json().path("allowed").asBoolean(false));
        shell.done("unassign-role --user cert:spiffe://example.org/agent --role reader");
        assertEquals("[]", shell.json().path("roles").toString());
        assertEquals(
                ExitCode.WANTING,
                shell.run("auth", "check", "--user", "cert:spiffe://example.org/agent", "--permission", "agent:list"));
        assertFalse(shell.json().path("allowed").asBoolean(true));
        shell.done("check --permission any:thing");
        assertEquals("operator", shell.json().path("principal").asString(""));
    }

    @Test
    void printsTablesForPeople() throws Exception {
        shell.start(LOOPBACK);
        shell.terminal = true;
        shell.done("create-key --name ci --permissions agent:list");
        shell.done("assign-role --user bob --role reader");
        assertEquals("roles given to `jwt:corp:bob` at run time: reader\n", shell.out.toString());
        shell.done("list");
        List<String> lines = shell.out.toString().lines().toList();
        assertTrue(lines.getFirst().startsWith("ROLE"), shell.out::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.matches("jwt:corp:alice +reader +in .*pavise.yaml:.*")),
                shell.out::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.matches("jwt:corp:bob +reader +by operator at .*")),
                shell.out::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.matches("ci +[A-Za-z0-9]{16} +live .* agent:list")),
                shell.out::toString);
        shell.done("check --user alice --permission agent:list");
        assertTrue(
                shell.out.toString().startsWith("allowed: role reader gives `agent:list`, bound "),
                shell.out::toString);
        assertTrue(shell.out.toString().contains("note: "), shell.out::toString);
        shell.done("list --output json");
        assertEquals(3, shell.json().path("roles").size());
        assertEquals(3, shell.json().path("bindings").size());
        assertEquals(1, shell.json().path("keys").size());
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
        shell.configure(LOOPBACK);
        List<String> arguments = new ArrayList<>(List.of("auth"));
        Stream.of(refusal.get(2).split(" ")).filter(word -> !word.isEmpty()).forEach(arguments::add);

        assertEquals(
                Integer.parseInt(refusal.getFirst()), shell.run(arguments.toArray(new String[0])), shell.err::toString);

        assertTrue(shell.err.toString().startsWith("pavise: "), shell.err::toString);
        assertTrue(shell.err.toString().contains(refusal.get(1)), shell.err::toString);
    }
}
