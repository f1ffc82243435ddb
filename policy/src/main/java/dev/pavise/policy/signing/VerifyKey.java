package dev.pavise.policy.signing;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * An Ed25519 public key (RFC 8032) that can say whether it made a signature.
 *
 * <p>Strict, so that a signature has one meaning for every reader: a key that is not in its one encoding, is no point of
 * the curve, or is one of the few points of small order (for which anybody can make signatures) is not read; and of a
 * signature neither half may be out of range.
 */
public final class VerifyKey {
    private static final int LENGTH = 32;

    /** What stands before the 32 bytes in a SubjectPublicKeyInfo of this algorithm (RFC 8410), which has no parameters. */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    private static final BigInteger ORDER_8 =
            new BigInteger("2707385501144840649318225287225658788936804267575313519463743609750303402022");

    /** The y coordinates of the eight points whose order divides 8. */
    private static final Set<BigInteger> SMALL_ORDER =
            Set.of(BigInteger.ZERO, BigInteger.ONE, P.subtract(BigInteger.ONE), ORDER_8, P.subtract(ORDER_8));

    private final byte[] raw;
    private final PublicKey key;
    private final KeyId id;

    private VerifyKey(byte[] raw, PublicKey key, KeyId id) {
        this.raw = raw;
        this.key = key;
        this.id = id;
    }

    /** Of the 32 bytes of RFC 8032; throws {@link IllegalArgumentException} where they are no key to be trusted. */
    public static VerifyKey ofRaw(byte[] raw) {
        if (raw.length != LENGTH) {
            throw new IllegalArgumentException("it has " + raw.length + " bytes, an Ed25519 key has " + LENGTH);
        }
        BigInteger y = ordinate(raw, 0);
        if (y.compareTo(P) >= 0) {
            throw new IllegalArgumentException("it is an Ed25519 key in an encoding that is not its own");
        }
        if (SMALL_ORDER.contains(y)) {
            throw new IllegalArgumentException("it is a point of small order, for which anybody can make signatures");
        }
        byte[] encoded = Arrays.copyOf(PREFIX, PREFIX.length + LENGTH);
        System.arraycopy(raw, 0, encoded, PREFIX.length, LENGTH);
        try {
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            Signature.getInstance("Ed25519").initVerify(key); // works out the point
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(encoded);
            return new VerifyKey(raw.clone(), key, new KeyId(HexFormat.of().formatHex(digest)));
        } catch (GeneralSecurityException | RuntimeException notPoint) {
            throw new IllegalArgumentException("it is no point of the curve of Ed25519", notPoint);
        }
    }

    /** Reads a PEM block {@code PUBLIC KEY}, or throws {@link IllegalArgumentException}. */
    public static VerifyKey ofPem(String pem) {
        byte[] encoded = Pem.decode(pem, "PUBLIC KEY");
        if (encoded.length != PREFIX.length + LENGTH
                || !Arrays.equals(encoded, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            throw new IllegalArgumentException(
                    "its key is not an Ed25519 key, make one with `openssl genpkey -algorithm ed25519`");
        }
        return ofRaw(Arrays.copyOfRange(encoded, PREFIX.length, encoded.length));
    }

    /** The y coordinate of an encoded point: all but the highest bit, little end first. */
    private static BigInteger ordinate(byte[] bytes, int offset) {
        byte[] turned = new byte[LENGTH];
        for (int at = 0; at < LENGTH; at++) {
            turned[LENGTH - 1 - at] = bytes[offset + at];
        }
        turned[0] &= 0x7f;
        return new BigInteger(1, turned);
    }

    /** Whether the holder of the private key made this signature over these bytes. */
    public boolean verifies(byte[] signed, SignatureBytes signature) {
        byte[] bytes = signature.bytes();
        if (ordinate(bytes, 0).compareTo(P) >= 0) {
            return false;
        }
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(signed);
            return check.verify(bytes);
        } catch (GeneralSecurityException | RuntimeException outOfRange) {
            // The platform answers a scalar that is too large by throwing.
            return false;
        }
    }

    public KeyId id() {
        return id;
    }

    public byte[] raw() {
        return raw.clone();
    }

    public String pem() {
        return Pem.encode("PUBLIC KEY", key.getEncoded());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifyKey same && Arrays.equals(same.raw, raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return "Ed25519 key " + id;
    }
}
