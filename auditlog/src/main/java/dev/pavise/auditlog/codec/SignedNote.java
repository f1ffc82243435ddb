package dev.pavise.auditlog.codec;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The C2SP signed-note form: a text, a blank line, and lines that each hold a name, a key id and a signature. Written with one
 * Ed25519 signature; read with any number of others beside ours, as witnesses add them.
 */
public final class SignedNote {
    private static final String MARK = "\u2014 ";
    static final byte ED25519 = 1;
    private static final int KEY_ID = 4;
    private static final int SIGNATURE = 64;
    private static final int MAX_NOTE = 64 * 1024;
    private static final int MOST_NAMED = 8;

    private SignedNote() {}

    /** Signs a text that ends in a line end. */
    public static String sign(String text, String name, PrivateKey key, PublicKey publicKey)
            throws GeneralSecurityException {
        return text + "\n" + line(text, name, key, publicKey);
    }

    /** Adds a signature to a note, beside those that it has. */
    static String countersign(String note, String name, PrivateKey key, PublicKey publicKey)
            throws GeneralSecurityException {
        int end = note.lastIndexOf("\n\n");
        if (end < 0 || !note.endsWith("\n")) {
            throw new GeneralSecurityException("not a signed note");
        }
        return note + line(note.substring(0, end + 1), name, key, publicKey);
    }

    private static String line(String text, String name, PrivateKey key, PublicKey publicKey)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(text.getBytes(StandardCharsets.UTF_8));
        byte[] signed = signature.sign();
        byte[] both = Arrays.copyOf(keyId(name, publicKey), KEY_ID + SIGNATURE);
        System.arraycopy(signed, 0, both, KEY_ID, SIGNATURE);
        return MARK + name + " " + Base64.getEncoder().encodeToString(both) + "\n";
    }

    /** Each note of a file is followed by an empty line; what a crash left of a last one is passed over. */
    public static List<String> split(String text) {
        List<String> notes = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int signatures = text.indexOf("\n\n", start);
            int end = signatures < 0 ? -1 : text.indexOf("\n\n", signatures + 2);
            if (end < 0) {
                break;
            }
            notes.add(text.substring(start, end + 1));
            start = end + 2;
        }
        return notes;
    }

    /** The text of a note that this key signed under this name; empty where it did not. */
    public static Optional<String> open(String note, String name, PublicKey key) {
        int end = note.length() > MAX_NOTE ? -1 : note.lastIndexOf("\n\n");
        if (end < 0 || !note.endsWith("\n")) {
            return Optional.empty();
        }
        String text = note.substring(0, end + 1);
        boolean good = note.substring(end + 2)
                .lines()
                .anyMatch(line -> line.startsWith(MARK + name + " ")
                        && verifies(text, line.substring(MARK.length() + name.length() + 1), name, key));
        return good ? Optional.of(text) : Optional.empty();
    }

    private static boolean verifies(String text, String encoded, String name, PublicKey key) {
        try {
            byte[] both = Base64.getDecoder().decode(encoded);
            if (both.length != KEY_ID + SIGNATURE
                    || !Base64.getEncoder().encodeToString(both).equals(encoded) // no second spelling
                    || !MessageDigest.isEqual(Arrays.copyOf(both, KEY_ID), keyId(name, key))) {
                return false;
            }
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return signature.verify(both, KEY_ID, SIGNATURE);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return false;
        }
    }

    /** The id of a key under a name, in hex: what stands at the head of each of its signatures. */
    public static String keyIdText(String name, PublicKey key) {
        return HexFormat.of().formatHex(keyId(name, key));
    }

    /** The ids, in hex, of all keys that a note claims to be signed by under this name; nothing is checked. */
    public static List<String> signers(String note, String name) {
        int end = note.length() > MAX_NOTE ? -1 : note.lastIndexOf("\n\n");
        if (end < 0) {
            return List.of();
        }
        String start = MARK + name + " ";
        return note.substring(end + 2)
                .lines()
                .filter(line -> line.startsWith(start))
                .limit(MOST_NAMED)
                .map(line -> claimedKey(line.substring(start.length())))
                .filter(id -> !id.isEmpty())
                .toList();
    }

    /** The same for a person. */
    public static String signersText(String note, String name) {
        List<String> signers = signers(note, name);
        return signers.isEmpty() ? "it bears no signature of that log" : "it names key " + String.join(", ", signers);
    }

    private static String claimedKey(String encoded) {
        try {
            byte[] both = Base64.getDecoder().decode(encoded);
            return both.length < KEY_ID ? "" : HexFormat.of().formatHex(both, 0, KEY_ID);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** The first four bytes of SHA-256 over name, line end, algorithm and key. */
    static byte[] keyId(String name, PublicKey key) {
        MessageDigest digest = MerkleTree.sha256();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        digest.update(ED25519);
        digest.update(raw(key));
        return Arrays.copyOf(digest.digest(), KEY_ID);
    }

    /** The 32 bytes of an Ed25519 key: the end of its X.509 form. */
    static byte[] raw(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }
}
