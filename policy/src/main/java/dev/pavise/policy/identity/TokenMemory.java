package dev.pavise.policy.identity;

import dev.pavise.policy.Principal;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tokens that were verified, so that a client pays for one signature check and not for one in each request. A token is
 * remembered until it expires, and at most so many are; only verified ones get in, so a flood of forgeries pushes none
 * out. It belongs to one configuration and is forgotten with it.
 */
final class TokenMemory {
    /** How many entries a newcomer to a full memory looks at, to take the place of the one that expires first. */
    private static final int LOOKS = 8;

    private record Remembered(Principal principal, Instant until) {}

    private final ConcurrentHashMap<TokenDigest, Remembered> tokens = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private final int capacity;

    TokenMemory(int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("a memory of tokens has no negative size");
        }
        this.capacity = capacity;
    }

    /** The principal of a token that was verified before and has not expired since. */
    Optional<Principal> recall(TokenDigest token, Instant now) {
        Remembered remembered = tokens.get(token);
        if (remembered == null) {
            return Optional.empty();
        }
        if (!now.isBefore(remembered.until())) {
            forget(token, remembered);
            return Optional.empty();
        }
        return Optional.of(remembered.principal());
    }

    void remember(TokenDigest token, Principal principal, Instant until) {
        if (capacity == 0) {
            return;
        }
        if (size.incrementAndGet() > capacity) {
            makeRoom();
        }
        if (tokens.put(token, new Remembered(principal, until)) != null) {
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
