package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.proof.ProofCheck;
import dev.pavise.auditlog.proof.ProofResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Proofs over the management API: {@code bob} may read the audit trail, {@code alice} may not. */
final class AuditProofTest {
    private static final String ACCESS = """
            identity: {issuers: [{name: corp, secret: "%s", leeway: 0s}]}
            roles:
              - {name: reader, permissions: ["audit:read"]}
            bindings:
              - {principal: "jwt:corp:bob", roles: [reader]}
            """.formatted(Jwt.SECRET);

    @TempDir
    Path folder;

    private TestGateway gateway;

    @AfterEach
    void stop() {
        gateway.close();
    }

    private Wire.Message get(String subject, String target) throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            return wire.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + Jwt.of(subject, Duration.ofMinutes(5)) + "\r\n\r\n")
                    .answer();
        }
    }

    @Test
    void provesAStoredRecordOnceItIsSigned() throws Exception {
        gateway = TestGateway.start(folder, Yaml.oneRoute(1, ACCESS));
        get("bob", "/v1/audit/checkpoint");
        JsonNode record = Trail.of(gateway).all().getLast();
        String target = "/v1/audit/proof/" + Trail.text(record, "id");
        Eventually.holds("the record is signed", () -> get("bob", target).status() == 200);
        JsonNode told = JsonMapper.shared().readTree(get("bob", target).body());
        assertEquals(record, told.path("record"));
        assertEquals(record.path("seq").asLong(), told.path("seq").asLong());
        ProofResult result = ProofCheck.check(
                told.path("proof").asString(),
                SigningKey.parsePublic(Files.readString(folder.resolve("data/audit/audit.pub"))),
                Optional.empty());
        assertInstanceOf(ProofResult.Included.class, result, result.toString());
        assertEquals(403, get("alice", target).status());
        assertEquals(400, get("bob", target + "?x=1").status());
        assertEquals(
                404,
                get("bob", "/v1/audit/proof/01993b5c-0000-7000-8000-000000000000")
                        .status());
        assertEquals(404, get("bob", "/v1/audit/proof/nonsense").status());
        assertEquals(404, get("bob", "/v1/audit/proof/").status());
    }
}
