package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.codec.Cosignature;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.proxy.tls.TestCa;
import dev.pavise.proxy.witness.WitnessServer;
import dev.pavise.proxy.witness.WitnessServer.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole gateway and a whole witness, over TLS. */
final class WitnessedGatewayTest {
    @TempDir
    static Path authorities;

    @TempDir
    Path folder;

    private static TestCa ca;
    private TestOrigin origin;
    private WitnessServer witness;
    private SigningKey key;

    @BeforeAll
    static void makeAuthority() {
        ca = TestCa.create("witnesses");
        ca.writeCert(authorities, "ca.pem");
    }

    @BeforeEach
    void start() throws Exception {
        origin = new TestOrigin();
        witness = WitnessServer.start(ca);
        key = SigningKey.generate();
        Path file = folder.resolve("data/keys/audit.key");
        Files.createDirectories(file.getParent());
        Files.writeString(file, key.privatePem());
        witness.knows(key.publicKey());
    }

    @AfterEach
    void stop() {
        witness.close();
        origin.close();
    }

    private String yaml(String more) throws Exception {
        return Yaml.oneRoute(
                origin.port(),
                "audit: {witness: {url: \"" + witness.url() + "\", public_key: \""
                        + witness.key().text() + "\", ca: \"" + authorities.resolve("ca.pem")
                        + "\", every: 100ms, timeout: 1s" + more + "}}\n");
    }

    private TestGateway gateway(String more) throws Exception {
        return TestGateway.start(folder, yaml(more));
    }

    @Test
    void hasItsCheckpointsCosigned() throws Exception {
        try (TestGateway gateway = gateway("");
                Wire wire = Wire.to(gateway)) {
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            long size = gateway.server().audit().stats().size();
            Eventually.holds("it is cosigned", () -> witness.remembered() >= size);
            AuditStore audit = gateway.server().audit();
            Eventually.holds(
                    "the checkpoint says so",
                    () -> Cosignature.check(audit.checkpoint(), witness.key()).isPresent());
            assertTrue(gateway.figure("pavise_audit_witness_cosigned_records") >= size);
            assertTrue(gateway.figure("pavise_audit_witness_age_seconds") < 60);
            assertEquals(0, gateway.figure("pavise_audit_witness_refusals_total"));
            assertEquals(0, gateway.figure("pavise_audit_witness_failures_total"));
        }
        Path cosigned = folder.resolve("data/audit.anchor.cosigned");
        assertTrue(Files.readString(cosigned).contains("\n" + witness.remembered() + "\n"), "the last one at close");
    }

    @Test
    void namesALogThatWasRewrittenWithItsOwnKey() throws Exception {
        try (TestGateway gateway = gateway("");
                Wire wire = Wire.to(gateway)) {
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
        }
        long seen = witness.remembered();
        remove(folder.resolve("data/audit"));
        Files.delete(folder.resolve("data/audit.anchor"));
        Files.delete(folder.resolve("data/audit.anchor.cosigned"));
        try (TestGateway gateway = gateway("");
                Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 10; i++) {
                assertEquals(200, wire.request("GET", "/agents/2").answer().status(), "it is told, and not required");
            }
            Eventually.holds(
                    "it is told",
                    () -> Trail.of(gateway).all().stream()
                            .anyMatch(each -> Trail.text(each, "event_type").equals("audit_witness_refused")));
            assertTrue(gateway.figure("pavise_audit_witness_refusals_total") > 0);
            assertEquals(seen, witness.remembered());
        }
    }

    @Test
    void refusesEverythingWithoutACosignatureThatIsRequired() throws Exception {
        witness.behave(Behaviour.with("503 Busy", "", ""));
        try (TestGateway gateway = gateway(", required: true, max_age: 2s");
                Wire wire = Wire.to(gateway)) {
            Wire.Message refused = wire.request("GET", "/agents/1").answer();
            assertEquals(503, refused.status());
            assertTrue(refused.text().contains("\"code\":\"audit_unavailable\""), refused.text());
            assertEquals(
                    "audit_unavailable\n",
                    wire.anonymous("GET", "/health/ready").answer().text());
            assertEquals(401, wire.anonymous("GET", "/agents/1").answer().status(), "nothing is begun by a refusal");
            assertEquals(List.of(), origin.seen());
            witness.behave((body, out, honest) -> out.write(honest.answer(body)));
            Eventually.holds(
                    "it serves",
                    () -> wire.anonymous("GET", "/health/ready").answer().text().equals("ready\n"));
            assertEquals(200, wire.request("GET", "/agents/2").answer().status());
            witness.behave(Behaviour.with("503 Busy", "", ""));
            Eventually.holds(
                    "it refuses again",
                    () -> wire.request("GET", "/agents/3").answer().status() == 503);
        }
        assertTrue(origin.seen().contains("GET /agents/2"));
    }

    @Test
    void doesNotStartWithAnAuthorityThatIsNone() throws Exception {
        Path broken = folder.resolve("broken.pem");
        Files.writeString(broken, "nothing");
        String yaml = yaml("").replace(authorities.resolve("ca.pem").toString(), broken.toString());
        StartFailure failure = assertThrows(StartFailure.class, () -> TestGateway.start(folder, yaml));
        assertTrue(String.valueOf(failure.getMessage()).contains("audit.witness"), failure.getMessage());
    }

    private static void remove(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
