package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that ships to brokers that are not there, or are not what they should be: it serves as if it shipped nowhere. */
final class ShippingTest {
    @TempDir
    Path folder;

    @Test
    void servesWhereNoBrokerAnswers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RawOrigin origin = RawOrigin.answering((request, wire) -> RawOrigin.respond(wire, "ok"));
                TestGateway gateway = TestGateway.start(
                        folder, Yaml.oneRoute(origin.port(), ship(silent.getLocalPort(), "tls: false")))) {
            for (int i = 0; i < 20; i++) {
                try (Wire wire = Wire.to(gateway)) {
                    assertEquals(
                            200, wire.request("GET", "/agents/" + i).answer().status());
                }
            }
            assertTrue(gateway.figure("pavise_audit_ship_lag_records") > 40);
            assertEquals(0, gateway.figure("pavise_audit_ship_records_total"));
            assertTrue(gateway.figure("pavise_audit_ship_lag_seconds") > 0);
        }
        assertFalse(Files.exists(folder.resolve("data/audit.ship.position")));
    }

    @Test
    void startsWithNoCertificatesThatCannotBeUsed() throws Exception {
        Files.writeString(folder.resolve("ca.crt"), "no certificate");
        StartFailure failure = assertThrows(
                StartFailure.class, () -> TestGateway.start(folder, Yaml.oneRoute(1, ship(1, "ca: ca.crt"))));
        assertTrue(failure.getMessage().contains("holds no PEM certificate"), failure.getMessage());
    }

    @Test
    void loadsNothingOfItWhereItIsNotConfigured() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (TestGateway gateway = TestGateway.start(folder, Yaml.oneRoute(1, ""))) {
            assertTrue(Thread.getAllStackTraces().keySet().stream()
                    .filter(each -> !before.contains(each))
                    .noneMatch(each -> each.getName().equals("audit-ship")));
            assertEquals(0, gateway.figure("pavise_audit_ship_lag_records"));
        }
    }

    private static String ship(int port, String more) {
        return "audit: {ship: {kafka: {servers: ['127.0.0.1:" + port + "'], topic: audit, " + more + "}}}\n";
    }
}
