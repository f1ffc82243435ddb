package dev.pavise.proxy.server;

import static dev.pavise.proxy.server.Judged.YES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.access.NewKey;
import dev.pavise.proxy.tls.TestCa;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changes while a decision point outside has not answered yet counts for the request that waits: it is judged anew. */
final class JudgingChangeTest {
    @TempDir
    Path folder;

    private Judged judged;

    @AfterEach
    void stop() {
        if (judged != null) {
            judged.close();
        }
    }

    // ---- what changes meanwhile

    @Test
    void judgesByTheConfigurationThatCameMeanwhile() throws Exception {
        judged = new Judged(folder, "");
        RawOrigin other = RawOrigin.echoing();
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.request("GET", "/agents/1");
            judged.question();
            assertEquals(List.of(), judged.gateway().reload(judged.yaml(other.port(), "")));
            judged.answer(YES);
            judged.question(); // the old answer was to a question of the old configuration
            judged.answer(YES);
            assertEquals(200, wire.answer().status());
            assertEquals(List.of("GET /agents/1"), other.seen());
            other.close();

            wire.request("GET", "/agents/2");
            judged.question();
            assertEquals(List.of(), judged.gateway().reload("upstreams: {}\nroutes: []\n"));
            judged.answer(YES);
            assertEquals(404, wire.answer().status());
        }
        assertEquals(List.of(), judged.origin().seen());
    }

    @Test
    void refusesATokenThatExpiredMeanwhile() throws Exception {
        judged = new Judged(folder, Jwt.ISSUER);
        Instant expiry = Instant.now().plusSeconds(2);
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.as(Jwt.of("alice", expiry), "GET", "/agents/1");
            judged.question();
            Eventually.holds("it has expired", () -> Instant.now().isAfter(expiry.plusMillis(1)));
            judged.answer(YES);
            assertEquals(401, wire.answer().status());
        }
        assertEquals(List.of(), judged.origin().seen());
        assertEquals("expired", Trail.metadata(judged.trail().of("/agents/1").getFirst(), "reason"));
    }

    @Test
    void refusesWhomABindingWasTakenFromMeanwhile() throws Exception {
        judged = new Judged(folder, Jwt.ISSUER.replace("bindings:", "bindings: []\n#"));
        Given given = new Given(judged.gateway());
        given.role("jwt:corp:bob", "reader");
        String token = Jwt.of("bob", Duration.ofMinutes(5));
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.as(token, "GET", "/agents/1");
            judged.question();
            given.role("jwt:corp:eve", "reader"); // nothing that concerns it
            judged.answer(YES);
            assertEquals(200, wire.answer().status());
            assertFalse(judged.wasAskedMore(), "the answer holds");

            wire.as(token, "GET", "/agents/2");
            judged.question();
            given.noRole("jwt:corp:bob", "reader");
            judged.answer(YES);
            assertEquals(403, wire.answer().status());
        }
        assertEquals(List.of("GET /agents/1"), judged.origin().seen());
        assertEquals(
                "permission_missing",
                Trail.metadata(judged.trail().of("/agents/2").getFirst(), "reason"));
    }

    @Test
    void refusesAKeyThatWasRevokedMeanwhile() throws Exception {
        judged = new Judged(folder, "");
        Given given = new Given(judged.gateway());
        NewKey key = given.key("ci", "agent:list");
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.anonymous("GET", "/agents/1", "X-Api-Key: " + key.text().reveal() + "\r\n");
            assertTrue(judged.question().contains("\"id\":\"key:ci\""));
            given.revoke(key);
            judged.answer(YES);
            assertEquals(401, wire.answer().status());
        }
        assertEquals(List.of(), judged.origin().seen());
        assertEquals("revoked", Trail.metadata(judged.trail().of("/agents/1").getFirst(), "reason"));
    }

    @Test
    void refusesACertificateThatWasRevokedMeanwhile() throws Exception {
        TestCa ca = TestCa.create("clients");
        TestCa.Issued own = ca.client("ci").issue();
        ca.writeCert(folder, "clients.crt");
        TestCa.write(folder.resolve("clients.crl"), ca.revocationList());
        String more = """
                tls: {client_ca: clients.crt, client_crl: clients.crl}
                roles: [{name: reader, permissions: ["agent:list"]}]
                bindings: [{principal: "cert:ci", roles: [reader]}]
                """;
        judged = new Judged(folder, more);
        try (Wire wire = Wire.to(
                Trust.in(Objects.requireNonNull(judged.gateway().server().ca()), own),
                judged.gateway().port())) {
            wire.anonymous("GET", "/agents/1");
            judged.question();
            TestCa.write(folder.resolve("clients.crl"), ca.revocationList(own.certificate()));
            assertEquals(
                    List.of(),
                    judged.gateway().reload(judged.yaml(judged.origin().port(), more)));
            judged.answer(YES);
            assertEquals(401, wire.answer().status());
        }
        assertEquals(List.of(), judged.origin().seen());
    }
}
