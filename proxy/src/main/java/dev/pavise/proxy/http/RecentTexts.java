package dev.pavise.proxy.http;

import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The texts that a client of one connection sends in each header section in full, by their place among them: paths and tokens, mostly, of a client
 * that does not use its table. What was the same twice is kept, so that it need not be made a third time. Bounded, as the table is.
 */
final class RecentTexts {
    private static final int PLACES = 8;
    private static final int LONGEST = 512;

    private final @Nullable AsciiString[] kept = new AsciiString[PLACES];
    private final int[] hashes = new int[PLACES];
    private int next;

    /** Another section begins. */
    void begin() {
        next = 0;
    }

    /** The text of a range: one that was kept, or a view of the range. */
    AsciiString of(byte[] source, int start, int length) {
        if (next == PLACES || length > LONGEST) {
            return new AsciiString(source, start, length, false);
        }
        int place = next++;
        AsciiString known = kept[place];
        if (known != null && Arrays.equals(source, start, start + length, known.array(), 0, known.length())) {
            return known;
        }
        AsciiString text = new AsciiString(source, start, length, false);
        if (hashes[place] == text.hashCode()) {
            kept[place] = new AsciiString(source, start, length, true);
        }
        hashes[place] = text.hashCode();
        return text;
    }
}
