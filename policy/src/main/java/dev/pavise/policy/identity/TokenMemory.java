package dev.pavise.policy.identity;

import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tokens that were verified, so that a client pays for one signature check and not for one in each request. A token is
 * remembered until it expires or its issuer has other keys, and at most so many are; only verified ones get in, so a flood of
 * forgeries pushes none out. It belongs to the keys of one configuration and is forgotten with them.
 */
final class TokenMemory {
    /** How many entries a newcomer to a full memory looks at, to take the place of the one that expires first. */
    private static final int LOOKS = 8;

    private record Remembered(ProvenToken proven, Instant until) {}

    private final ConcurrentHashMap<TokenDigest, Remembered> tokens = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private final int capacity;

    TokenMemory(int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("a memory of tokens has no negative size");
        }
        this.capacity = capacity;
    }

    /** A token that was verified before, and would be now. */
    Optional<ProvenToken> recall(TokenDigest token, Instant now) {
        Remembered remembered = tokens.get(token);
        if (remembered == null) {
            return Optional.empty();
        }
        if (!now.isBefore(remembered.until()) || !remembered.proven().holds()) {
            forget(token, remembered);
            return Optional.empty();
        }
        return Optional.of(remembered.proven());
    }

    void remember(TokenDigest token, ProvenToken proven, Instant until) {
        if (capacity == 0) {
            return;
        }
        if (size.incrementAndGet() > capacity) {
            makeRoom();
        }
        if (tokens.put(token, new Remembered(proven, until)) != null) {
            size.decrementAndGet();
        }
    }

    int size() {
        return size.get();
    }

    private void makeRoom() {
        Iterator<Map.Entry<TokenDigest, Remembered>> entries = tokens.entrySet().iterator();
        Map.Entry<TokenDigest, Remembered> victim = null;
        for (int looks = 0; looks < LOOKS && entries.hasNext(); looks++) {
            Map.Entry<TokenDigest, Remembered> entry = entries.next();
            if (victim == null
                    || entry.getValue().until().isBefore(victim.getValue().until())) {
                victim = entry;
            }
        }
        if (victim != null) {
            forget(victim.getKey(), victim.getValue());
        }
    }

    private void forget(TokenDigest token, Remembered remembered) {
        if (tokens.remove(token, remembered)) {
            size.decrementAndGet();
        }
    }
}
