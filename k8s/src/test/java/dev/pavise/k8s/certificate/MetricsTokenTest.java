package dev.pavise.k8s.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MetricsTokenTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofHours(24);

    @Test
    void permitsMetricsAndNothingElse() throws Exception {
        MetricsKey key = MetricsKey.generate();
        SignedJWT token = SignedJWT.parse(MetricsToken.issue(key.kept(), START, LIFE));
        assertEquals(List.of("metrics:read"), token.getJWTClaimsSet().getStringListClaim("permissions"));
        assertEquals("pavise-manager", token.getJWTClaimsSet().getIssuer());
        assertEquals(List.of("pavise-metrics"), token.getJWTClaimsSet().getAudience());
        assertEquals("prometheus", token.getJWTClaimsSet().getSubject());
    }

    @Test
    void holdsForItsTimeAndIsDueAfterTwoThirds() throws Exception {
        MetricsKey key = MetricsKey.generate();
        String token = MetricsToken.issue(key.kept(), START, LIFE);
        assertTrue(MetricsToken.good(token, key.shown(), START));
        assertFalse(MetricsToken.due(token, key.shown(), START.plus(Duration.ofHours(15))));
        assertTrue(MetricsToken.due(token, key.shown(), START.plus(Duration.ofHours(16))));
        assertTrue(MetricsToken.good(token, key.shown(), START.plus(Duration.ofHours(23))));
        assertFalse(MetricsToken.good(token, key.shown(), START.plus(LIFE)));
        assertFalse(MetricsToken.good(token, key.shown(), START.minus(Duration.ofMinutes(2))));
    }

    @Test
    void isNotTakenFromAnotherKeyNorChanged() throws Exception {
        MetricsKey key = MetricsKey.generate();
        assertFalse(
                MetricsToken.good(MetricsToken.issue(MetricsKey.generate().kept(), START, LIFE), key.shown(), START));
        String token = MetricsToken.issue(key.kept(), START, LIFE);
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder(token);
            int at = random.nextInt(text.length() - 3);
            text.setCharAt(at, text.charAt(at) == 'A' ? 'B' : 'A');
            assertFalse(MetricsToken.good(text.toString(), key.shown(), START), text.toString());
        }
        assertFalse(MetricsToken.good("", key.shown(), START));
        assertFalse(MetricsToken.good("a.b.c", key.shown(), START));
    }
}
