package dev.pavise.policy.signing;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whom to believe. A signature counts if one of these keys made it, is not revoked, and is within its time at the moment
 * of asking, not of signing: nothing proves when a signature was made.
 */
public final class TrustedKeys {
    // Where a signature names no key each is tried, so that their number bounds what a forgery costs.
    private static final int MAX_KEYS = 100;

    private final Map<KeyId, TrustedKey> keys;
    private final Revocations revocations;

    /** Throws {@link IllegalArgumentException} where one key is there twice. */
    public TrustedKeys(Collection<TrustedKey> trusted, Revocations revocations) {
        if (trusted.size() > MAX_KEYS) {
            throw new IllegalArgumentException(
                    "there are " + trusted.size() + " trusted keys, at most " + MAX_KEYS + " are read");
        }
        Map<KeyId, TrustedKey> byId = new LinkedHashMap<>();
        for (TrustedKey key : trusted) {
            TrustedKey same = byId.put(key.id(), key);
            if (same != null) {
                throw new IllegalArgumentException("key `" + key.id() + "` is there twice, as `" + same.name()
                        + "` and as `" + key.name() + "`, and whose it is would be a guess");
            }
        }
        this.keys = byId;
        this.revocations = revocations;
    }

    /** Nobody is trusted. */
    public static TrustedKeys none() {
        return new TrustedKeys(List.of(), Revocations.NONE);
    }

    /** Judges a signature that names its key. */
    public Signer judge(byte[] signed, SignatureBytes signature, KeyId named, Instant now) {
        if (revocations.keys().contains(named)) {
            return revoked(named);
        }
        TrustedKey key = keys.get(named);
        if (key == null) {
            return new Signer.Distrusted(KeyRefusal.UNKNOWN, "key `" + named + "` is not trusted here");
        }
        return key.key().verifies(signed, signature)
                ? timely(key, now)
                : new Signer.Distrusted(KeyRefusal.BAD_SIGNATURE, "key `" + key.name() + "` did not sign this");
    }

    /** Judges a signature that names no key: each is tried. */
    public Signer judge(byte[] signed, SignatureBytes signature, Instant now) {
        Optional<TrustedKey> key = keys.values().stream()
                .filter(tried -> tried.key().verifies(signed, signature))
                .findFirst();
        if (key.isEmpty()) {
            return new Signer.Distrusted(
                    KeyRefusal.BAD_SIGNATURE, "none of the " + keys.size() + " trusted keys signed this");
        }
        KeyId id = key.get().id();
        return revocations.keys().contains(id) ? revoked(id) : timely(key.get(), now);
    }

    private static Signer revoked(KeyId id) {
        return new Signer.Distrusted(KeyRefusal.REVOKED, "key `" + id + "` is revoked");
    }

    private static Signer timely(TrustedKey key, Instant now) {
        if (now.isBefore(key.notBefore())) {
            return new Signer.Distrusted(
                    KeyRefusal.NOT_YET_VALID, "key `" + key.name() + "` is trusted from " + key.notBefore() + " on");
        }
        return now.isBefore(key.notAfter())
                ? new Signer.Trusted(key)
                : new Signer.Distrusted(
                        KeyRefusal.EXPIRED, "key `" + key.name() + "` was trusted until " + key.notAfter());
    }

    /** Whether content with this digest is trusted no more. */
    public boolean isRevoked(String sha256) {
        return revocations.contents().contains(sha256);
    }

    public Collection<TrustedKey> all() {
        return List.copyOf(keys.values());
    }
}
