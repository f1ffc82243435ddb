package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.tls.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Warnings come when a configuration is taken and once a day, and figures follow the configuration. */
final class CertificateExpiryTest {
    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private final GatewayMetrics metrics = new GatewayMetrics();
    private final Instant start = Instant.now();
    private Instant now = start;

    private void write(String tls) throws Exception {
        Files.writeString(folder.resolve("pavise.yaml"), "tls: {" + tls + "}\nupstreams: {}\nroutes: []\n");
    }

    private long figures() {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("pavise_certificate_expiry_timestamp_seconds{"))
                .count();
    }

    @Test
    void warnsAtOnceAndOnceADay() throws Exception {
        TestCa ca = TestCa.create("clients");
        TestCa.Issued server = ca.request("CN=x", TestCa.newKey("EC", 256))
                .name("localhost")
                .valid(start.minus(Duration.ofDays(300)), Duration.ofDays(320))
                .issue();
        server.writeCert(folder, "gw.crt");
        server.writeKey(folder, "gw.key");
        ca.writeCert(folder, "clients.crt");
        TestCa.write(folder.resolve("clients.crl"), ca.revocationList(start.minusSeconds(60), Duration.ofDays(2)));
        write("cert: gw.crt, key: gw.key, client_ca: clients.crt, client_crl: clients.crl");
        CertificateExpiry expiry = new CertificateExpiry(metrics, () -> now, warnings::add);

        expiry.took(TestGateway.load(folder.resolve("pavise.yaml")));
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(
                warnings.getFirst().contains("gw.crt") && warnings.getFirst().contains("in 19 days"),
                warnings.toString());
        assertEquals(3, figures());

        for (int minute = 0; minute < 24 * 60; minute++) {
            now = start.plus(Duration.ofMinutes(minute));
            expiry.tick();
        }
        assertEquals(1, warnings.size(), "nothing more on the same day");
        now = start.plus(Duration.ofDays(1));
        expiry.tick();
        expiry.tick();
        assertEquals(2, warnings.size());
        now = start.plus(Duration.ofDays(2));
        expiry.tick();
        assertEquals(4, warnings.size(), warnings.toString());
        assertTrue(
                warnings.toString().contains("clients.crl")
                        && warnings.getLast().contains("ended at"),
                warnings.toString());

        write("cert: gw.crt, key: gw.key");
        expiry.took(TestGateway.load(folder.resolve("pavise.yaml")));
        assertEquals(1, figures(), "what is no longer configured is no longer shown");
    }
}
