package dev.pavise.policy.key;

import dev.pavise.policy.Quoted;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * How an API key is written: prefix, 16 characters of id, 43 of a 256-bit secret, and 6 of the CRC-32 over all before them,
 * each in base 62. The prefix lets a secret scanner find keys, and the checksum lets it tell a real one from an example without
 * asking anybody. The checksum proves nothing: whoever likes can work one out.
 */
public final class KeyFormat {
    /** The prefix where none is configured. */
    public static final String DEFAULT_PREFIX = "pav_live_";

    /** Keys under {@link #DEFAULT_PREFIX}. */
    public static final KeyFormat DEFAULT = of(DEFAULT_PREFIX, List.of());

    static final int ID = 16;
    static final int SECRET = 43;
    static final int CHECKSUM = 6;

    private static final int BODY = ID + SECRET + CHECKSUM;
    private static final int SECRET_BYTES = 32;
    private static final int ID_BYTES = 11; // 88 bits: ids never meet, and 62^16 has room for them

    private final String prefix;
    private final Set<String> accepted;

    private KeyFormat(String prefix, Set<String> accepted) {
        this.prefix = prefix;
        this.accepted = accepted;
    }

    /**
     * Keys are made with the prefix, and accepted with it or any of the others, so that a change of prefix leaves the keys that
     * are out there good.
     */
    public static KeyFormat of(String prefix, List<String> alsoAccepted) {
        Set<String> accepted = new HashSet<>(alsoAccepted);
        accepted.add(prefix);
        accepted.forEach(KeyFormat::checkPrefix);
        return new KeyFormat(prefix, Set.copyOf(accepted));
    }

    private static void checkPrefix(String prefix) {
        if (!prefix.matches("[a-z0-9_]{2,31}_")) {
            throw new IllegalArgumentException("key prefix `" + Quoted.of(prefix)
                    + "` is unfit, use 3 to 32 small letters, digits and `_`, with `_` at the end");
        }
    }

    /** The text of a new key. The caller hands it over once; what may be kept is its {@link KeyText#hash}. */
    public KeyText generate(SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String unchecked = prefix + Base62.encode(id, ID) + Base62.encode(secret, SECRET);
        return new KeyText(unchecked + Base62.encode(checksum(unchecked), CHECKSUM));
    }

    /** A presented text as a key; empty where its prefix, length, characters or checksum are wrong. */
    public Optional<KeyText> read(String presented) {
        int prefixLength = presented.length() - BODY;
        if (prefixLength <= 0 || !accepted.contains(presented.substring(0, prefixLength))) {
            return Optional.empty();
        }
        for (int at = prefixLength; at < presented.length(); at++) {
            if (!Base62.isDigit(presented.charAt(at))) {
                return Optional.empty();
            }
        }
        int checked = presented.length() - CHECKSUM;
        return Base62.holds(presented, checked, CHECKSUM, checksum(presented.substring(0, checked)))
                ? Optional.of(new KeyText(presented))
                : Optional.empty();
    }

    private static long checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return crc.getValue();
    }
}
