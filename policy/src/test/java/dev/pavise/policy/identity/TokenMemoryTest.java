package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenMemoryTest {
    private static final Instant NOW = Instant.ofEpochSecond(1000);

    private final AtomicReference<LoadedIssuer.Keys> keys =
            new AtomicReference<>(new LoadedIssuer.Keys.Held(new KeySet.Published(List.of())));

    @Test
    void recallsUntilExpiryAndNotAtIt() {
        TokenMemory memory = new TokenMemory(10);
        ProvenToken alice = proven("alice");
        memory.remember(digest("a"), alice, NOW.plusSeconds(5));
        assertSame(alice, memory.recall(digest("a"), NOW.plusMillis(4999)).orElseThrow());
        assertEquals(Optional.empty(), memory.recall(digest("b"), NOW));
        assertEquals(Optional.empty(), memory.recall(digest("a"), NOW.plusSeconds(5)));
        assertEquals(0, memory.size());
        assertEquals(Optional.empty(), memory.recall(digest("a"), NOW));
    }

    @Test
    void staysWithinItsSize() {
        TokenMemory memory = new TokenMemory(10);
        for (int at = 0; at < 1000; at++) {
            memory.remember(digest("t" + at), proven("p"), NOW.plusSeconds(at));
            memory.remember(digest("t" + at), proven("p"), NOW.plusSeconds(at));
            assertTrue(memory.size() <= 10);
            assertTrue(memory.recall(digest("t" + at), Instant.EPOCH).isPresent(), "the newest is remembered");
        }
    }

    @Test
    void remembersNothingWithoutRoom() {
        TokenMemory memory = new TokenMemory(0);
        memory.remember(digest("a"), proven("p"), NOW.plusSeconds(5));
        assertEquals(Optional.empty(), memory.recall(digest("a"), NOW));
    }

    @Test
    void staysWithinItsSizeUnderContention() throws Exception {
        TokenMemory memory = new TokenMemory(50);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> parts = IntStream.range(0, 8)
                    .<Future<?>>mapToObj(thread -> threads.submit(() -> {
                        for (int at = 0; at < 5000; at++) {
                            TokenDigest digest = digest("t" + (at * 7 + thread) % 200);
                            ProvenToken proven = proven("p");
                            memory.remember(digest, proven, NOW.plusSeconds(at));
                            memory.recall(digest, NOW.plusSeconds(at % 50));
                        }
                    }))
                    .toList();
            for (Future<?> part : parts) {
                part.get();
            }
        }
        long present = IntStream.range(0, 200)
                .filter(at -> memory.recall(digest("t" + at), Instant.EPOCH).isPresent())
                .count();
        assertEquals(present, memory.size());
        assertTrue(present <= 50 + 8, "remembered " + present);
    }

    @Test
    void forgetsTokensOfKeysThatAreNoLongerThere() {
        TokenMemory memory = new TokenMemory(10);
        memory.remember(digest("a"), proven("a"), NOW.plusSeconds(5));
        keys.set(new LoadedIssuer.Keys.Held(new KeySet.Published(List.of())));
        assertEquals(Optional.empty(), memory.recall(digest("a"), NOW));
        assertEquals(0, memory.size());
        memory.remember(digest("b"), proven("b"), NOW.plusSeconds(5));
        assertTrue(memory.recall(digest("b"), NOW).isPresent());
        keys.set(new LoadedIssuer.Keys.Lacking(UnprovenReason.ISSUER_KEYS_STALE));
        assertEquals(Optional.empty(), memory.recall(digest("b"), NOW));
    }

    private ProvenToken proven(String name) {
        Subject.Token subject = new Subject.Token("corp", name, List.of(), List.of(), List.of(), Map.of(), Instant.MAX);
        KeySet set = keys.get() instanceof LoadedIssuer.Keys.Held(KeySet held) ? held : new KeySet.Published(List.of());
        return new ProvenToken(subject, keys::get, set);
    }

    private static TokenDigest digest(String token) {
        return TokenDigest.of(TokenDigest.sha256(token));
    }
}
