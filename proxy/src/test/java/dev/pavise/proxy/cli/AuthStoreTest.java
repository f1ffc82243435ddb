package dev.pavise.proxy.cli;

import static dev.pavise.proxy.cli.AuthShell.LOOPBACK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.client.GatewayFile;
import dev.pavise.proxy.server.ProxyServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pavise auth} on the store of a gateway that does not run. */
final class AuthStoreTest {
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
    void worksOnTheStoreWhereNoGatewayRuns() throws Exception {
        shell.configure(LOOPBACK);
        shell.done("create-key --name ci --permissions agent:list");
        String key = shell.out.toString().strip();
        shell.done("assign-role --user bob --role reader");
        shell.done("check --user bob --permission agent:list");
        shell.refused(1, "not_found", "revoke-key nobody");

        ProxyServer running = shell.start();
        assertEquals("ci", running.access().keys().getFirst().record().name());
        shell.done("check --user bob --permission agent:list");
        shell.stop();
        shell.assertRecorded("key_created", "auth.create_key", "key_name", "ci");
        shell.assertRecorded("role_change", "auth.assign_role", "roles_after", "reader");
        assertEquals(ExitCode.DONE, shell.run("audit", "query", "--limit", "1000"));
        assertFalse(shell.out.toString().contains(key.substring(25)), "the secret is in the trail");
        assertEquals(ExitCode.DONE, shell.run("audit", "verify"), shell.err::toString);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsAGatewayThatCrashedFromOneThatRuns(boolean pidIsTakenAgain) throws Exception {
        shell.start(LOOPBACK);
        GatewayFile left = shell.announced();
        shell.stop();
        long gone = new ProcessBuilder("true").start().toHandle().onExit().get().pid();
        new GatewayFile(left.target(), left.ca(), pidIsTakenAgain ? left.pid() : gone, left.startedAt())
                .write(folder.resolve("data"));

        shell.done("create-key --name ci --permissions agent:list");

        Objects.requireNonNull(shell.start());
        shell.done("list-keys");
        assertEquals("ci", shell.json().path("keys").path(0).path("name").asString(""));
    }

    @Test
    void leavesTheStoreOfARunningGatewayAlone() throws Exception {
        shell.start(LOOPBACK);
        Files.delete(folder.resolve("data/gateway.json"));
        shell.refused(1, "no gateway runs on", "create-key --name ci --permissions agent:list");
        assertTrue(shell.err.toString().contains("access"), shell.err::toString);
        shell.refused(1, "access", "recover");
    }

    @Test
    void needsTheConfigurationWhereNoGatewayRuns() {
        shell.refused(1, "name it by --config", "list");
        shell.refused(1, "nowhere.yaml", "list --config nowhere.yaml");
        shell.refused(1, "there is no data directory", "recover");
    }

    @Test
    void changesNothingThatCannotBeRecorded() throws Exception {
        shell.configure(LOOPBACK);
        shell.done("create-key --name first --permissions agent:list");
        Files.writeString(folder.resolve("data/audit.anchor"), "not an anchor");
        shell.refused(1, "nothing was changed", "create-key --name second --permissions agent:list");
        shell.done("list-keys");
        assertEquals(1, shell.json().path("keys").size());
    }

    @Test
    void recoversAStoreThatDoesNotOpen() throws Exception {
        shell.configure(LOOPBACK);
        shell.done("create-key --name ci --permissions agent:list");
        shell.done("recover");
        assertTrue(shell.out.toString().startsWith("the store is sound"), shell.out::toString);
        try (Stream<Path> files = Files.list(folder.resolve("data/access"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".mv")).toList()) {
                Files.writeString(file, "torn");
            }
        }
        shell.refused(1, "pavise auth recover", "list");
        shell.refused(1, "--start-empty", "recover");
        shell.done("recover --start-empty");
        assertTrue(shell.out.toString().contains("no key is live now"), shell.out::toString);
        shell.done("list-keys");
        assertEquals(0, shell.json().path("keys").size());
    }
}
