package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Client certificates as identities of requests, over real handshakes, and what a reload does to live connections. */
final class ClientCertificateTest {
    private static final String CI = "bindings: [{principal: \"cert:ci\", roles: [reader]}]\n";
    private static final String READER = "roles: [{name: reader, permissions: [\"agent:list\"]}]\n";

    @TempDir
    Path folder;

    private final CountDownLatch never = new CountDownLatch(1);
    private final TestCa ca = TestCa.create("clients");
    private final TestCa.Issued own = ca.client("ci").issue();
    private RawOrigin origin;
    private TestGateway gateway;

    private void start(String tls) throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            if (request.target().equals("/agents/stream")) {
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                never.await(60, TimeUnit.SECONDS);
            } else {
                RawOrigin.echo(request, wire);
            }
        });
        ca.writeCert(folder, "clients.crt");
        gateway = TestGateway.start(folder, yaml(tls));
    }

    private String yaml(String tls) {
        return Yaml.oneRoute(origin.port(), "tls: {client_ca: clients.crt" + tls + "}\n" + READER + CI);
    }

    private void revoke(X509Certificate... certificates) {
        TestCa.write(folder.resolve("clients.crl"), ca.revocationList(certificates));
    }

    private Wire with(TestCa.Issued certificate) throws IOException {
        return Wire.to(
                Trust.in(java.util.Objects.requireNonNull(gateway.server().ca()), certificate), gateway.port());
    }

    @AfterEach
    void stop() {
        never.countDown();
        gateway.close();
        origin.close();
    }

    @Test
    void takesTheCertificateForTheIdentity() throws Exception {
        start("");
        try (Wire wire = with(own);
                Wire stranger = with(ca.client("stranger").issue());
                Wire nobody = Wire.to(gateway)) {
            Wire.Message answer = wire.anonymous("GET", "/agents/1").answer();
            assertEquals(200, answer.status());
            assertTrue(answer.text().contains("x-pavise-principal: cert:ci\r\n"), answer.text());
            assertEquals(403, stranger.anonymous("GET", "/agents/2").answer().status());
            assertEquals(401, nobody.anonymous("GET", "/agents/3").answer().status());
            assertEquals(200, nobody.request("GET", "/agents/4").answer().status());
        }
        assertEquals(List.of("GET /agents/1", "GET /agents/4"), origin.seen());
        assertEquals("cert:ci", Trail.text(Trail.of(gateway).of("/agents/1").getFirst(), "actor"));
        assertEquals(
                "cert:stranger", Trail.text(Trail.of(gateway).of("/agents/2").getFirst(), "actor"));
    }

    @ParameterizedTest
    @CsvSource({"optional, false", "required, true"})
    void asksForACertificateAsConfigured(String clientAuth, boolean refuses) throws Exception {
        start(", client_auth: " + clientAuth);
        if (refuses) {
            assertThrows(IOException.class, () -> {
                try (Wire wire = Wire.to(gateway)) {
                    String head = wire.request("GET", "/agents/1").head();
                    if (head.isEmpty()) {
                        throw new IOException("the connection was closed");
                    }
                }
            });
            assertEquals(List.of(), origin.seen());
        } else {
            try (Wire wire = Wire.to(gateway)) {
                assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            }
        }
        try (Wire wire = with(own)) {
            assertEquals(200, wire.anonymous("GET", "/agents/2").answer().status());
        }
    }

    @Test
    void cutsOffARevokedCertificateOnLiveConnections() throws Exception {
        revoke();
        start(", client_crl: clients.crl");
        try (Wire wire = with(own);
                Wire stream = with(own);
                Wire operator = Wire.to(gateway)) {
            assertEquals(200, wire.anonymous("GET", "/agents/1").answer().status());
            stream.anonymous("GET", "/agents/stream").head();
            assertEquals("first", new String(stream.chunk()));
            assertTrue(
                    ConfigLoader.load(gateway.file(), Map.<String, String>of()::get)
                            .files()
                            .contains(folder.resolve("clients.crl")),
                    "a change of the list is seen");
            revoke(own.certificate());
            assertEquals(List.of(), gateway.reload(yaml(", client_crl: clients.crl")));
            Wire.Message refused = wire.anonymous("GET", "/agents/2").answer();
            assertEquals(401, refused.status());
            assertTrue(refused.text().contains("revoked_certificate"), refused.text());
            assertTrue(stream.isEnded());
            assertEquals("no_longer_allowed", Trail.metadata(Trail.of(gateway).end("/agents/stream"), "ended"));
            assertEquals(200, operator.request("GET", "/agents/3").answer().status());
        }
        assertTrue(!origin.seen().contains("GET /agents/2"), origin.seen().toString());
    }

    @Test
    void refusesConnectionsWithoutCertificateOnceItIsRequired() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway);
                Wire good = with(own)) {
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            assertEquals(200, good.anonymous("GET", "/agents/2").answer().status());
            assertEquals(List.of(), gateway.reload(yaml(", client_auth: required")));
            assertEquals(401, wire.request("GET", "/agents/3").answer().status());
            assertEquals(200, good.anonymous("GET", "/agents/4").answer().status());
        }
        assertTrue(!origin.seen().contains("GET /agents/3"), origin.seen().toString());
    }
}
