package dev.pavise.auditlog.codec;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys that may have signed a log: the one that is trusted, and those before it, each up to the size at which it was
 * retired. Which those are is told by a note that the trusted key signed, so whoever can only write the folder adds none:
 *
 * <pre>
 * pavise/audit/retired-keys
 * retired 1234 ...32 bytes of a public key in base64...
 *
 * &mdash; pavise/audit ...
 * </pre>
 */
public final class KeyRing {
    /** Of the first line of such a note, what follows the log's name; no checkpoint has it. */
    private static final String TITLE = "/retired-keys\n";

    private static final Pattern RETIRED = Pattern.compile("retired (0|[1-9][0-9]{0,17}) ([A-Za-z0-9+/]{43}=)");
    /** The beginning of the X.509 form of every Ed25519 key (RFC 8410). */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int MOST = 1000;

    private final PublicKey newest;
    private final List<Retired> retired;

    /** A key that signed no checkpoint of more than {@code size} records. */
    public record Retired(PublicKey key, long size) {}

    private KeyRing(PublicKey newest, List<Retired> retired) {
        this.newest = newest;
        this.retired = List.copyOf(retired);
    }

    /** One key, and none before it. */
    public static KeyRing of(PublicKey key) {
        return new KeyRing(key, List.of());
    }

    /** A key, and those that it vouches for in one of these notes; of several notes the last counts. */
    public static KeyRing of(PublicKey key, String origin, List<String> notes) {
        for (String note : notes.reversed()) {
            Optional<List<Retired>> list = SignedNote.open(note, origin, key).flatMap(text -> parse(text, origin));
            if (list.isPresent()) {
                return new KeyRing(key, list.get());
            }
        }
        return of(key);
    }

    private static Optional<List<Retired>> parse(String text, String origin) {
        if (!text.startsWith(origin + TITLE)) {
            return Optional.empty();
        }
        List<Retired> list = new ArrayList<>();
        for (String line :
                text.substring(origin.length() + TITLE.length()).lines().toList()) {
            Matcher parts = RETIRED.matcher(line);
            if (!parts.matches() || list.size() == MOST) {
                return Optional.empty();
            }
            Optional<PublicKey> key = key(Base64.getDecoder().decode(parts.group(2)));
            if (key.isEmpty()) {
                return Optional.empty();
            }
            list.add(new Retired(key.get(), Long.parseLong(parts.group(1))));
        }
        return Optional.of(list);
    }

    private static Optional<PublicKey> key(byte[] raw) {
        byte[] encoded = HexFormat.of()
                .parseHex(HexFormat.of().formatHex(X509) + HexFormat.of().formatHex(raw));
        try {
            return Optional.of(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** The note in which a new key vouches for all that were before it: those of this ring, and its newest as of now. */
    public String handOver(SigningKey to, String origin, long size) throws GeneralSecurityException {
        StringBuilder text = new StringBuilder(origin).append(TITLE);
        for (Retired old : retired) {
            text.append(line(old));
        }
        text.append(line(new Retired(newest, size)));
        return to.sign(text.toString(), origin);
    }

    private static String line(Retired old) {
        return "retired " + old.size + " " + Base64.getEncoder().encodeToString(SignedNote.raw(old.key)) + "\n";
    }

    public PublicKey newest() {
        return newest;
    }

    public List<Retired> retired() {
        return retired;
    }

    /** Reads a checkpoint that one of these keys signed while it was in use. */
    public Optional<Checkpoint> open(String note, String origin) {
        Optional<Checkpoint> found = SigningKey.open(note, origin, newest);
        for (int i = retired.size() - 1; i >= 0 && found.isEmpty(); i--) {
            long most = retired.get(i).size;
            found = SigningKey.open(note, origin, retired.get(i).key).filter(checkpoint -> checkpoint.size() <= most);
        }
        return found;
    }

    /** Reads what retention left where it removed records, signed by one of these keys while it was in use. */
    public Optional<Cut> cut(String text, String origin) {
        Optional<Cut> found = Cut.parse(text, origin, newest);
        for (int i = retired.size() - 1; i >= 0 && found.isEmpty(); i--) {
            long most = retired.get(i).size;
            found = Cut.parse(text, origin, retired.get(i).key).filter(cut -> cut.size() <= most);
        }
        return found;
    }

    /** A public key as one word that names log, key id and key: the verifier key of C2SP signed-note. */
    public static String word(String origin, PublicKey key) {
        byte[] raw = SignedNote.raw(key);
        byte[] typed = new byte[raw.length + 1];
        typed[0] = SignedNote.ED25519;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return origin + "+" + SignedNote.keyIdText(origin, key) + "+"
                + new String(Base64.getEncoder().encode(typed), StandardCharsets.US_ASCII);
    }
}
