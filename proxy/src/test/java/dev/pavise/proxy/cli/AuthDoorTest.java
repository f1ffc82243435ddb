package dev.pavise.proxy.cli;

import static dev.pavise.proxy.cli.AuthShell.LOOPBACK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.client.GatewayFile;
import dev.pavise.proxy.server.ProxyServer;
import dev.pavise.proxy.tls.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code pavise auth} finds the gateway, whom it trusts, and what it shows. */
final class AuthDoorTest {
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
    void goesWhereItIsTold() throws Exception {
        ProxyServer running = shell.start(LOOPBACK);
        String token = Files.readString(folder.resolve("data/operator.token")).strip();
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.copy(folder.resolve("data/ca.crt"), elsewhere.resolve("ca.crt"));
        shell.environment.put("PAVISE_URL", running.url());
        shell.environment.put("PAVISE_CA", elsewhere.resolve("ca.crt").toString());
        shell.environment.put("PAVISE_AUTH_TOKEN", token);
        shell.done("check --permission any:thing");

        shell.environment.clear();
        Files.writeString(elsewhere.resolve("token"), token + "\n");
        shell.done("check --permission any:thing --server " + running.url()
                + " --ca elsewhere/ca.crt --token-file elsewhere/token");
        shell.done("check --permission any:thing --server " + running.url() + " --ca elsewhere/ca.crt --data-dir data");

        // Named by itself, a server does not get the token of whatever data directory happens to be here.
        shell.refused(1, "there is no token", "list --server " + running.url() + " --ca elsewhere/ca.crt");
    }

    @Test
    void sendsNothingToWhomItDoesNotTrust() throws Exception {
        ProxyServer running = shell.startOnAllAddresses("localhost");
        TestCa.create("another").writeCert(folder, "another.crt");
        shell.environment.put(
                "PAVISE_AUTH_TOKEN",
                Files.readString(folder.resolve("data/operator.token")).strip());
        int port = running.address("https").getPort();

        shell.refused(1, "nothing was sent", "list --server https://localhost:" + port + " --ca another.crt");
        shell.refused(1, "nothing was sent", "list --server https://localhost:" + port);
        shell.refused(1, "nothing was sent", "list --server https://127.0.0.2:" + port + " --ca corp.crt");
        shell.refused(1, "does not exist", "list --server https://localhost:" + port + " --ca nowhere.crt");
        shell.done("list --server https://localhost:" + port + " --ca corp.crt");
    }

    @Test
    void reachesAGatewayOnAllAddressesByTheNameOfItsCertificate() throws Exception {
        shell.startOnAllAddresses("agents.example.com");

        shell.done("create-key --name ci --permissions agent:list");

        GatewayFile file = shell.announced();
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
        shell.start(LOOPBACK + "tls: {client_ca: clients.crt, client_auth: required}\n");

        shell.done("list --cert ops.crt --key ops.key");
        shell.refused(
                1,
                "exceeds_own_permissions",
                "create-key --name ci --permissions agent:list --cert ops.crt --key ops.key");
        shell.refused(1, "--cert and --key", "list");
    }

    @Test
    void saysWhichCredentialWasRefused() throws Exception {
        shell.start(LOOPBACK);
        shell.environment.put("PAVISE_AUTH_TOKEN", "not-the-token-of-this-gateway");
        shell.refused(1, "refused was the token of PAVISE_AUTH_TOKEN", "list");
        assertFalse(shell.err.toString().contains("not-the-token"), shell.err::toString);
        shell.environment.put("PAVISE_AUTH_TOKEN", "two words");
        shell.refused(1, "PAVISE_AUTH_TOKEN does not hold a token", "list");
    }

    @Test
    void announcesTheGatewayForAsLongAsItRuns() throws Exception {
        shell.start(LOOPBACK);
        Path file = folder.resolve("data/gateway.json");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(ProcessHandle.current().pid(), shell.announced().pid());
        shell.stop();
        assertFalse(Files.exists(file));
    }

    @Test
    void announcesTheDoorOfTheManagementApi() throws Exception {
        ProxyServer running = shell.start("listen: {https: \"127.0.0.1:0\", management: \"127.0.0.1:0\"}\n");
        assertEquals(
                running.address("management").getPort(),
                shell.announced().target().name().port());
        shell.done("list");
    }

    @Test
    void believesNoAnnouncementThatOthersCouldHaveWritten() throws Exception {
        shell.start(LOOPBACK);
        Path file = folder.resolve("data/gateway.json");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        shell.refused(1, "others than its owner can write it", "list");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "{");
        shell.refused(1, "it is damaged", "list");
    }
}
