package dev.pavise.policy.identity;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signature was found wrong, so that a client that sends the same one again and again buys no signature check each
 * time. Nothing but the signature is remembered, and only for the very keys that it was checked by: after any change of keys a token
 * is checked anew. A place for each of some digests, where the last one stays: a flood of different forgeries only makes the memory
 * useless, and leaves that of verified tokens alone.
 */
final class ForgedTokens {
    private record Forged(TokenDigest digest, Supplier<LoadedIssuer.Keys> now, KeySet keys) {
        @SuppressWarnings("ReferenceEquality") // is it this set, not one like it
        boolean holds() {
            return now.get() instanceof LoadedIssuer.Keys.Held(KeySet held) && held == keys;
        }
    }

    private final AtomicReferenceArray<@Nullable Forged> places;

    /**
     * A memory with so many places.
     *
     * @param places a power of two, or zero to remember nothing
     */
    ForgedTokens(int places) {
        if (places < 0 || (places & (places - 1)) != 0) {
            throw new IllegalArgumentException("the places of a memory are a power of two or zero, not " + places);
        }
        this.places = new AtomicReferenceArray<>(places);
    }

    /** Whether this token's signature was found wrong by the keys that its issuer has now. */
    boolean recall(TokenDigest digest) {
        if (places.length() == 0) {
            return false;
        }
        Forged forged = places.get(place(digest));
        return forged != null && forged.digest().equals(digest) && forged.holds();
    }

    /** Remembers that these keys did not make the signature; {@code now} says which keys the issuer has at any time. */
    void remember(TokenDigest digest, Supplier<LoadedIssuer.Keys> now, KeySet keys) {
        if (places.length() > 0) {
            places.set(place(digest), new Forged(digest, now, keys));
        }
    }

    private int place(TokenDigest digest) {
        return (int) digest.first() & (places.length() - 1);
    }
}
