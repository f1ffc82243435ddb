package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ForgedTokensTest {
    private static final KeySet SET = new KeySet.Published(List.of());

    private final AtomicReference<LoadedIssuer.Keys> keys = new AtomicReference<>(new LoadedIssuer.Keys.Held(SET));

    @Test
    void recallsWhatWasForgedByTheKeysOfTheMomentAlone() {
        ForgedTokens forged = new ForgedTokens(16);
        assertFalse(forged.recall(digest("a")));
        remember(forged, "a");
        assertTrue(forged.recall(digest("a")));
        keys.set(new LoadedIssuer.Keys.Held(new KeySet.Published(List.of())));
        assertFalse(forged.recall(digest("a")), "other keys, though equal");
        keys.set(new LoadedIssuer.Keys.Lacking(UnprovenReason.ISSUER_KEYS_STALE));
        assertFalse(forged.recall(digest("a")), "no keys");
        keys.set(new LoadedIssuer.Keys.Held(SET));
        assertTrue(forged.recall(digest("a")));
    }

    /** With one place, every token falls on that of every other. */
    @Test
    void takesNoTokenForAnotherInItsPlace() {
        ForgedTokens forged = new ForgedTokens(1);
        remember(forged, "a");
        assertFalse(forged.recall(digest("b")));
        remember(forged, "b");
        assertTrue(forged.recall(digest("b")));
        assertFalse(forged.recall(digest("a")));
    }

    @Test
    void staysWithinItsSize() {
        ForgedTokens forged = new ForgedTokens(8);
        IntStream.range(0, 1000).forEach(at -> remember(forged, "t" + at));
        long recalled = IntStream.range(0, 1000)
                .filter(at -> forged.recall(digest("t" + at)))
                .count();
        assertEquals(8, recalled);
    }

    @Test
    void remembersNothingWithoutRoom() {
        ForgedTokens forged = new ForgedTokens(0);
        remember(forged, "a");
        assertFalse(forged.recall(digest("a")));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3, 1000})
    void refusesSizesThatAreNoPowerOfTwo(int places) {
        assertThrows(IllegalArgumentException.class, () -> new ForgedTokens(places));
    }

    private void remember(ForgedTokens forged, String token) {
        forged.remember(digest(token), keys::get, SET);
    }

    private static TokenDigest digest(String token) {
        return TokenDigest.of(TokenDigest.sha256(token));
    }
}
