package dev.pavise.auditlog.codec;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name and public key of a witness, as it gives them to those who rely on it: a C2SP signed-note verifier key for
 * {@code cosignature/v1} (Ed25519, algorithm byte 4).
 *
 * <pre>witness.example/w1+8d66cf3f+BAcr...the algorithm and 32 bytes of key in base64...</pre>
 */
public final class WitnessKey {
    private static final byte COSIGNATURE_V1 = 4;
    private static final int KEY = 32;
    private static final int KEY_ID = 4;
    private static final Pattern TEXT =
            Pattern.compile("([^+\\s\\p{Cntrl}]{1,200})\\+([0-9a-fA-F]{8})\\+([A-Za-z0-9+/]{2,4000}={0,2})");
    /** What comes before the bytes of an Ed25519 key in its X.509 form (RFC 8410). */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final PublicKey key;
    private final byte[] id;

    private WitnessKey(String name, byte[] raw) throws GeneralSecurityException {
        this.name = name;
        this.id = id(name, raw);
        byte[] encoded = Arrays.copyOf(X509, X509.length + KEY);
        System.arraycopy(raw, 0, encoded, X509.length, KEY);
        this.key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    /** The key of a witness of this name. */
    public static WitnessKey of(String name, PublicKey key) throws GeneralSecurityException {
        return new WitnessKey(name, SignedNote.raw(key));
    }

    /** Reads a verifier key; blanks and line ends around it do not count. */
    public static WitnessKey parse(String text) throws GeneralSecurityException {
        Matcher parts = TEXT.matcher(text.strip());
        if (!parts.matches()) {
            throw new GeneralSecurityException("not a verifier key of the form name+id+key");
        }
        byte[] key = decode(parts.group(3));
        if (key.length == 0 || key[0] != COSIGNATURE_V1) {
            throw new GeneralSecurityException(
                    "a key of algorithm " + (key.length == 0 ? "none" : Integer.toString(key[0] & 0xff))
                            + ", where cosignature/v1 with Ed25519 (4) is understood");
        }
        if (key.length != 1 + KEY) {
            throw new GeneralSecurityException("an Ed25519 key has 32 bytes, not " + (key.length - 1));
        }
        WitnessKey read = new WitnessKey(parts.group(1), Arrays.copyOfRange(key, 1, key.length));
        if (!HexFormat.of().formatHex(read.id).equalsIgnoreCase(parts.group(2))) {
            throw new GeneralSecurityException("the id `" + parts.group(2) + "` is not that of the name and key");
        }
        return read;
    }

    private static byte[] decode(String base64) throws GeneralSecurityException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the key is not base64", e);
        }
    }

    private static byte[] id(String name, byte[] raw) {
        MessageDigest digest = MerkleTree.sha256();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        digest.update(COSIGNATURE_V1);
        digest.update(raw);
        return Arrays.copyOf(digest.digest(), KEY_ID);
    }

    /** What the witness calls itself in its signature lines. */
    public String name() {
        return name;
    }

    PublicKey key() {
        return key;
    }

    boolean hasId(byte[] other) {
        return Arrays.equals(id, other);
    }

    byte[] id() {
        return id.clone();
    }

    /** The verifier key. */
    public String text() {
        byte[] both = new byte[1 + KEY];
        both[0] = COSIGNATURE_V1;
        System.arraycopy(SignedNote.raw(key), 0, both, 1, KEY);
        return name + "+" + HexFormat.of().formatHex(id) + "+"
                + Base64.getEncoder().encodeToString(both);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WitnessKey that && name.equals(that.name) && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(id);
    }

    @Override
    public String toString() {
        return text();
    }
}
