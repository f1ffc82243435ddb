package dev.pavise.auditlog.index;

import java.util.Arrays;

/** One timestamp of each span of a chapter, as its bytes; kept and used again. */
final class Moments {
    private final byte[] bytes = new byte[Chapter.SPANS * Chapter.MOMENT];
    private final int[] lengths = new int[Chapter.SPANS];

    Moments() {
        clear();
    }

    void clear() {
        Arrays.fill(lengths, -1);
    }

    boolean has(int span) {
        return lengths[span] >= 0;
    }

    /** Orders the one of a span against another, byte by byte. */
    int compare(int span, byte[] other, int from, int length) {
        int start = span * Chapter.MOMENT;
        return Arrays.compareUnsigned(bytes, start, start + lengths[span], other, from, from + length);
    }

    void set(int span, byte[] moment, int from, int length) {
        System.arraycopy(moment, from, bytes, span * Chapter.MOMENT, length);
        lengths[span] = length;
    }

    /** The one of a span, or nothing, and zeros behind it. */
    byte[] padded(int span) {
        int start = span * Chapter.MOMENT;
        return Arrays.copyOf(Arrays.copyOfRange(bytes, start, start + Math.max(0, lengths[span])), Chapter.MOMENT);
    }
}
