package dev.pavise.proxy.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the content of the store is at one change, in short: the number of the change, and a digest over all records and the
 * former seal. It finds damage and old copies. It is no signature: whoever can write the data directory is the operator.
 *
 * @param version the number of changes so far
 * @param previous the digest of the seal before, empty for the first
 * @param digest in hex
 */
record Seal(long version, String previous, String digest) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}) ([0-9a-f]{64}|-) ([0-9a-f]{64})");
    private static final String NONE = "-";

    /** The seal of a store in which nothing was changed yet. */
    static Seal first() {
        return of(0, "", Map.of(), Map.of());
    }

    /** The seal of that content, next after this. */
    Seal next(Map<String, String> keys, Map<String, String> bindings) {
        return of(version + 1, digest, keys, bindings);
    }

    /** Whether that content is what was sealed. */
    boolean holds(Map<String, String> keys, Map<String, String> bindings) {
        return equals(of(version, previous, keys, bindings));
    }

    /** Whether that one is the very next. */
    boolean isFollowedBy(Seal other) {
        return other.version == version + 1 && other.previous.equals(digest);
    }

    private static Seal of(long version, String previous, Map<String, String> keys, Map<String, String> bindings) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            add(sha256, "pavise access 1 " + version + " " + previous);
            add(sha256, keys);
            add(sha256, bindings);
            return new Seal(version, previous, HexFormat.of().formatHex(sha256.digest()));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }

    private static void add(MessageDigest sha256, Map<String, String> records) {
        add(sha256, String.valueOf(records.size()));
        new TreeMap<>(records).forEach((key, value) -> {
            add(sha256, key);
            add(sha256, value);
        });
    }

    // Each text with its length before it, so that no two lists of texts give the same bytes.
    private static void add(MessageDigest sha256, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        sha256.update(bytes);
    }

    String text() {
        return version + " " + (previous.isEmpty() ? NONE : previous) + " " + digest;
    }

    /** @throws IllegalArgumentException where the text is not what {@link #text} gives */
    static Seal parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("a seal cannot be read");
        }
        String previous = parts.group(2);
        return new Seal(Long.parseLong(parts.group(1)), previous.equals(NONE) ? "" : previous, parts.group(3));
    }
}
