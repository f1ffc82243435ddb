package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigWatch;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Certificates, client CAs and revocation lists that are replaced in their files take effect by the watch, and nothing is dropped that may go on. */
final class CertificateReloadTest {
    @TempDir
    Path folder;

    private final CountDownLatch finish = new CountDownLatch(1);
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final TestCa servers = TestCa.create("servers");
    private final TestCa clients = TestCa.create("clients");
    private final TestCa.Issued first = servers.server("localhost");
    private final TestCa.Issued agent = clients.client("ci").issue();
    private RawOrigin origin;
    private TestGateway gateway;
    private ConfigWatch watch;

    @BeforeEach
    void start() throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            switch (request.target()) {
                case "/agents/slow" -> {
                    arrived.countDown();
                    finish.await(60, TimeUnit.SECONDS);
                    RawOrigin.respond(wire, "late");
                }
                case "/agents/stream" -> {
                    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                    finish.await(60, TimeUnit.SECONDS);
                    wire.send("4\r\nlast\r\n0\r\n\r\n");
                }
                default -> RawOrigin.respond(wire, "now");
            }
        });
        first.writeCert(folder, "gw.crt");
        first.writeKey(folder, "gw.key");
        clients.writeCert(folder, "clients.crt");
        TestCa.write(folder.resolve("clients.crl"), clients.revocationList());
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), """
                        tls: {cert: gw.crt, key: gw.key, client_ca: clients.crt, client_crl: clients.crl}
                        roles: [{name: reader, permissions: ["agent:list"]}]
                        bindings: [{principal: "cert:ci", roles: [reader]}]
                        """));
        watch = new ConfigWatch(() -> ConfigLoader.load(gateway.file(), Map.<String, String>of()::get));
        watch.load();
        watch.start(Duration.ofMillis(20), new ConfigWatch.Listener() {
            @Override
            public void changed(GatewayConfig config, ConfigWatch.Cause cause) {
                gateway.server().reload(config, cause).forEach(error -> refusals.add(error.toString()));
            }

            @Override
            public void invalid(List<ConfigError> errors, ConfigWatch.Cause cause) {
                gateway.server().refuseReload(errors, cause);
                errors.forEach(error -> refusals.add(error.toString()));
            }
        });
    }

    @AfterEach
    void stop() {
        finish.countDown();
        watch.close();
        gateway.close();
        origin.close();
    }

    private Wire with(TestCa.Issued certificate) throws IOException {
        return Wire.to(Trust.context(servers.own().certificate(), certificate), gateway.port());
    }

    private Wire asOperator() throws IOException {
        return Wire.to(Trust.context(servers.own().certificate(), null), gateway.port());
    }

    /** What the gateway shows to whoever connects now. */
    private X509Certificate shown() throws IOException {
        try (SSLSocket socket = (SSLSocket) Trust.context(servers.own().certificate(), null)
                .getSocketFactory()
                .createSocket("localhost", gateway.port())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private double expiry(String certificate) throws IOException {
        try (Wire wire = asOperator()) {
            return wire.request("GET", "/metrics")
                    .answer()
                    .text()
                    .lines()
                    .filter(line -> line.startsWith(
                            "pavise_certificate_expiry_timestamp_seconds{certificate=\"" + certificate + "\"}"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    @Test
    void takesANewCertificateAndDropsNothing() throws Exception {
        try (Wire idle = asOperator();
                Wire slow = asOperator();
                Wire stream = with(agent)) {
            assertEquals("now", idle.request("GET", "/agents/1").answer().text());
            slow.request("GET", "/agents/slow");
            assertTrue(arrived.await(20, TimeUnit.SECONDS));
            stream.anonymous("GET", "/agents/stream").head();
            assertEquals("first", new String(stream.chunk()));

            TestCa.Issued second = servers.request("CN=localhost", TestCa.newKey("EC", 256))
                    .name("localhost")
                    .valid(Instant.now().minusSeconds(60), Duration.ofDays(50))
                    .issue();
            second.writeKey(folder, "gw.key");
            second.writeCert(folder, "gw.crt");
            Eventually.holds("the new one is shown", () -> shown().equals(second.certificate()));

            assertEquals("now", idle.request("GET", "/agents/2").answer().text());
            finish.countDown();
            assertEquals("late", slow.answer().text());
            assertEquals("last", new String(stream.chunk()));
            JsonNode record = Trail.of(gateway)
                    .await("gateway", each -> Trail.text(each, "event_type").equals("certificate_rotated"));
            assertEquals(first.certificate().getSerialNumber().toString(16), Trail.metadata(record, "old_serial"));
            assertEquals(second.certificate().getSerialNumber().toString(16), Trail.metadata(record, "serial"));
            assertEquals(
                    second.certificate().getNotAfter().toInstant().toString(), Trail.metadata(record, "not_after"));
            assertEquals("system", Trail.text(record, "actor"));
            Eventually.holds(
                    "the figure is the new one's",
                    () -> expiry("server") == second.certificate().getNotAfter().getTime() / 1000.0);
        }
    }

    @Test
    void keepsTheOldPairWhileHalfOfTheNewIsThere() throws Exception {
        TestCa.Issued second = servers.server("localhost");
        second.writeCert(folder, "gw.crt");
        Eventually.holds("it is refused", () -> !refusals.isEmpty());
        assertTrue(refusals.getFirst().contains("is not the key of"), refusals.toString());
        assertTrue(refusals.getFirst().contains("gw.key"), refusals.toString());
        assertEquals(first.certificate(), shown());
        try (Wire wire = asOperator()) {
            assertEquals("now", wire.request("GET", "/agents/1").answer().text());
        }
        second.writeKey(folder, "gw.key");
        Eventually.holds("the whole is taken", () -> shown().equals(second.certificate()));
    }

    @Test
    void tellsWhenAllOfThemEnd() throws Exception {
        assertEquals(first.certificate().getNotAfter().getTime() / 1000.0, expiry("server"));
        assertEquals(clients.own().certificate().getNotAfter().getTime() / 1000.0, expiry("client_ca"));
        assertTrue(expiry("crl") > Instant.now().getEpochSecond());
        assertEquals(0, expiry("upstream runtime"));
    }

    @Test
    void takesANewClientCaAndRefusesThoseOfTheOld() throws Exception {
        TestCa others = TestCa.create("others");
        TestCa.Issued fresh = others.client("ci").issue();
        try (Wire old = with(agent);
                Wire operator = asOperator()) {
            assertEquals(200, old.anonymous("GET", "/agents/1").answer().status());
            TestCa.write(folder.resolve("clients.crl"), clients.revocationList(), others.revocationList());
            others.writeCert(folder, "clients.crt");
            Eventually.holds("a list of an unknown authority is refused", () -> !refusals.isEmpty());
            assertEquals(200, old.anonymous("GET", "/agents/2").answer().status(), "the old is in force as a whole");
            TestCa.write(folder.resolve("clients.crl"), others.revocationList());
            Eventually.holds(
                    "the old one counts no more",
                    () -> old.anonymous("GET", "/agents/3").answer().status() == 401);
            try (Wire wire = with(fresh)) {
                assertEquals(200, wire.anonymous("GET", "/agents/4").answer().status());
            }
            assertEquals(200, operator.request("GET", "/agents/5").answer().status());
        }
    }

    @Test
    void endsWhatARevokedCertificateHasOpen() throws Exception {
        try (Wire wire = with(agent);
                Wire stream = with(agent);
                Wire operator = asOperator()) {
            assertEquals(200, wire.anonymous("GET", "/agents/1").answer().status());
            stream.anonymous("GET", "/agents/stream").head();
            assertEquals("first", new String(stream.chunk()));
            operator.request("GET", "/agents/slow");
            assertTrue(arrived.await(20, TimeUnit.SECONDS));

            TestCa.write(folder.resolve("clients.crl"), clients.revocationList(agent.certificate()));
            assertTrue(stream.isEnded());
            assertEquals("no_longer_allowed", Trail.metadata(Trail.of(gateway).end("/agents/stream"), "ended"));
            assertEquals(401, wire.anonymous("GET", "/agents/2").answer().status());
            finish.countDown();
            assertEquals("late", operator.answer().text(), "others go on");
        }
        assertFalse(origin.seen().contains("GET /agents/2"), origin.seen().toString());
    }
}
