package dev.pavise.auditlog.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds any of some known values in a text, in one pass whatever their number (Rabin-Karp): as they are, and in base64 at any of its
 * three alignments. The multiplier is random, so that nobody can choose a text that is slow to search.
 */
final class SecretSearch implements Search {
    /** The fewest characters of a value: shorter ones stand everywhere. */
    static final int LEAST = 8;

    private static final int BITS = 1 << 13;

    /** A spelling of a value, and the value. */
    private record Spelling(String text, String value, boolean base64) {}

    private final List<Spelling> spellings;
    private final int window;
    private final int multiplier;
    private final int leading;
    private final long[] seen = new long[BITS / Long.SIZE];

    SecretSearch(Collection<String> values) {
        values.forEach(SecretSearch::check);
        List<Spelling> all = new ArrayList<>();
        new LinkedHashSet<>(values).forEach(value -> spell(value, all));
        // Of two that begin at one place the longer one is found.
        all.sort((one, other) -> other.text.length() - one.text.length());
        spellings = List.copyOf(all);
        window = all.stream().mapToInt(each -> each.text.length()).min().orElse(LEAST);
        multiplier = RandomGenerator.getDefault().nextInt() | 1;
        int power = 1;
        for (int i = 1; i < window; i++) {
            power *= multiplier;
        }
        leading = power;
        spellings.forEach(each -> mark(hash(each.text)));
    }

    static void check(String value) {
        if (value.length() < LEAST) {
            throw new IllegalArgumentException(
                    "a known value has " + value.length() + " characters, fewer than " + LEAST);
        }
    }

    private static void spell(String value, List<Spelling> all) {
        all.add(new Spelling(value, value, false));
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        // Header values and what is percent-encoded are read byte by byte.
        String octets = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!octets.equals(value)) {
            all.add(new Spelling(octets, value, false));
        }
        Set<String> encoded = new LinkedHashSet<>();
        for (int before = 0; before < 3; before++) {
            encoded.add(aligned(bytes, before, Base64.getEncoder().withoutPadding()));
            encoded.add(aligned(bytes, before, Base64.getUrlEncoder().withoutPadding()));
        }
        encoded.forEach(text -> all.add(new Spelling(text, value, true)));
    }

    /** The digits that the value alone decides, behind so many bytes of something else. */
    private static String aligned(byte[] bytes, int before, Base64.Encoder encoder) {
        byte[] behind = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, behind, before, bytes.length);
        String text = encoder.encodeToString(behind);
        int first = (before * 8 + 5) / 6;
        int last = behind.length * 8 / 6;
        return text.substring(first, last);
    }

    @Override
    public int least() {
        return spellings.isEmpty() ? Integer.MAX_VALUE : window;
    }

    @Override
    public @Nullable Found find(String text, int from) {
        int length = text.length();
        if (spellings.isEmpty() || length - from < window) {
            return null;
        }
        int hash = 0;
        for (int i = from; i < from + window; i++) {
            hash = hash * multiplier + text.charAt(i);
        }
        for (int start = from; ; start++) {
            if (isMarked(hash)) {
                Found found = at(text, start);
                if (found != null) {
                    return found;
                }
            }
            if (start + window >= length) {
                return null;
            }
            hash = (hash - text.charAt(start) * leading) * multiplier + text.charAt(start + window);
        }
    }

    private @Nullable Found at(String text, int start) {
        for (Spelling each : spellings) {
            if (text.startsWith(each.text, start)) {
                int end = start + each.text.length();
                return each.base64 ? widened(text, start, end, each.value) : new Found(start, end, each.value);
            }
        }
        return null;
    }

    /** The digits beside hold some bits of the value too. */
    private static Found widened(String text, int start, int end, String value) {
        int from = start > 0 && isDigit(text.charAt(start - 1)) ? start - 1 : start;
        int to = end < text.length() && isDigit(text.charAt(end)) ? end + 1 : end;
        return new Found(from, to, value);
    }

    private static boolean isDigit(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || c == '+'
                || c == '/'
                || c == '-'
                || c == '_';
    }

    private int hash(String spelling) {
        int hash = 0;
        for (int i = 0; i < window; i++) {
            hash = hash * multiplier + spelling.charAt(i);
        }
        return hash;
    }

    private void mark(int hash) {
        int bit = spread(hash);
        seen[bit >>> 6] |= 1L << bit;
    }

    private boolean isMarked(int hash) {
        int bit = spread(hash);
        return (seen[bit >>> 6] & 1L << bit) != 0;
    }

    private static int spread(int hash) {
        return (hash * 0x9E3779B9) >>> (32 - 13);
    }
}
