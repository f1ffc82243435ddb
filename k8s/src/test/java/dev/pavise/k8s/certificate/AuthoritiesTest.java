package dev.pavise.k8s.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuthoritiesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofDays(90);

    private static Secret secret(Map<String, String> texts) {
        return new SecretBuilder().withData(SecretText.encoded(texts)).build();
    }

    @Test
    void staysAsItIsWhileNothingIsDue() throws Exception {
        Authorities first = Authorities.first(START, LIFE);
        assertSame(first, first.advance(START, LIFE).orElseThrow());
        assertSame(first, first.advance(START.plus(Duration.ofDays(59)), LIFE).orElseThrow());
    }

    @Test
    void trustsASuccessorBeforeItSignsAndAPredecessorUntilItEnds() throws Exception {
        Authorities first = Authorities.first(START, LIFE);
        Instant due = START.plus(Duration.ofDays(61));
        Authorities both = first.advance(due, LIFE).orElseThrow();
        assertSame(first.active(), both.active(), "what is not known everywhere does not sign");
        assertNotNull(both.next());
        assertEquals(2, both.trusted().size());
        assertSame(both, both.advance(due.plus(Duration.ofMinutes(50)), LIFE).orElseThrow());

        Instant settled = due.plus(Authorities.SETTLING);
        Authorities promoted = both.advance(settled, LIFE).orElseThrow();
        assertEquals(both.next(), promoted.active());
        assertNull(promoted.next());
        assertTrue(promoted.trusted().contains(first.active().certificate()));

        Authorities later =
                promoted.advance(START.plus(Duration.ofDays(90)), LIFE).orElseThrow();
        assertFalse(later.trusted().contains(first.active().certificate()), "what has ended is not trusted on");
    }

    @Test
    void promotesASuccessorAtOnceWhereTheFormerHasEnded() throws Exception {
        Instant end = START.plus(LIFE);
        Authorities both = Authorities.first(START, LIFE)
                .advance(end.minus(Duration.ofMinutes(1)), LIFE)
                .orElseThrow();
        Authorities promoted = both.advance(end, LIFE).orElseThrow();
        assertEquals(both.next(), promoted.active());
        assertEquals(1, promoted.trusted().size());
    }

    @Test
    void hasToBeMadeAnewOnceItHasEnded() throws Exception {
        assertEquals(Optional.empty(), Authorities.first(START, LIFE).advance(START.plus(LIFE), LIFE));
    }

    @Test
    void comesBackFromItsSecretAsItWas() throws Exception {
        Authorities both = Authorities.first(START, LIFE)
                .advance(START.plus(Duration.ofDays(61)), LIFE)
                .orElseThrow();
        Authorities read =
                AuthoritySecret.read(secret(AuthoritySecret.write(both))).orElseThrow();
        assertEquals(both.trusted(), read.trusted());
        assertEquals(both.next(), read.next());
        Authorities promoted =
                both.advance(START.plus(Duration.ofDays(62)), LIFE).orElseThrow();
        assertEquals(
                promoted.trusted(),
                AuthoritySecret.read(secret(AuthoritySecret.write(promoted)))
                        .orElseThrow()
                        .trusted());
    }

    @Test
    void isNotReadWhereItsKeyIsThatOfAnother() throws Exception {
        Map<String, String> texts = AuthoritySecret.write(Authorities.first(START, LIFE));
        texts.put(
                SecretText.KEY,
                AuthoritySecret.write(Authorities.first(START, LIFE)).get(SecretText.KEY));
        assertEquals(Optional.empty(), AuthoritySecret.read(secret(texts)));
    }

    @Test
    void showsNoKey() throws Exception {
        Authorities first = Authorities.first(START, LIFE);
        String key =
                PemText.of(first.active().key()).lines().skip(1).findFirst().orElseThrow();
        assertFalse((first + MetricsKey.generate().toString()).contains(key));
    }
}
