package dev.pavise.auditlog.index;

import dev.pavise.auditlog.codec.SigningKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the index is authenticated with, worked out from the log's signing key, which lies outside the folder. Whoever can write
 * the folder and does not have that key can make the index useless, but cannot make it say something else.
 */
public final class IndexKey {
    /** Whether what a file says was compared with a signed checkpoint. */
    enum Standing {
        /** Built from records that nobody has vouched for yet. Under a key of its own, so that it cannot be passed off as sealed. */
        DRAFT,
        SEALED
    }

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY = 32;

    private final byte[] draft;
    private final byte[] sealed;
    private final SipHash hash;

    private IndexKey(byte[] draft, byte[] sealed, SipHash hash) {
        this.draft = draft;
        this.sealed = sealed;
        this.hash = hash;
    }

    public static IndexKey of(SigningKey key) throws GeneralSecurityException {
        ByteBuffer words = ByteBuffer.wrap(key.derive("pavise audit index 1 hash", 2 * Long.BYTES));
        return new IndexKey(
                key.derive("pavise audit index 1 draft", KEY),
                key.derive("pavise audit index 1 sealed", KEY),
                new SipHash(words.getLong(), words.getLong()));
    }

    Mac mac(Standing standing) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(standing == Standing.SEALED ? sealed : draft, ALGORITHM));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    SipHash hash() {
        return hash;
    }
}
