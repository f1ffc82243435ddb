package dev.pavise.auditlog.index;

import java.util.Arrays;

/** A set of groups of one chapter. Not safe for use by several threads. */
public final class Groups {
    /** Records of a group: what is read at once. */
    public static final int RECORDS = 16;

    /** Groups of a chapter. */
    public static final int COUNT = 4096;

    static final int WORDS = COUNT / Long.SIZE;

    private final long[] words = new long[WORDS];

    static Groups all() {
        Groups groups = new Groups();
        Arrays.fill(groups.words, -1L);
        return groups;
    }

    void add(int group) {
        words[group >>> 6] |= 1L << group;
    }

    void clear() {
        Arrays.fill(words, 0);
    }

    /** Takes out a run of whole words. */
    void removeSpan(int from, int to) {
        Arrays.fill(words, from >>> 6, to >>> 6, 0);
    }

    void addAll(Groups other) {
        for (int i = 0; i < WORDS; i++) {
            words[i] |= other.words[i];
        }
    }

    void retainAll(Groups other) {
        for (int i = 0; i < WORDS; i++) {
            words[i] &= other.words[i];
        }
    }

    long word(int index) {
        return words[index];
    }

    void word(int index, long bits) {
        words[index] = bits;
    }

    int size() {
        int size = 0;
        for (long word : words) {
            size += Long.bitCount(word);
        }
        return size;
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    public boolean has(int group) {
        return ((words[group >>> 6] >>> group) & 1) == 1;
    }

    /** The first one from here on; {@link #COUNT} where there is none. */
    public int from(int group) {
        for (int at = group; at < COUNT; at = (at | 63) + 1) {
            long rest = words[at >>> 6] >>> at;
            if (rest != 0) {
                return at + Long.numberOfTrailingZeros(rest);
            }
        }
        return COUNT;
    }

    /** The last one before here; -1 where there is none. */
    public int before(int group) {
        for (int at = group - 1; at >= 0; at = (at & ~63) - 1) {
            long rest = words[at >>> 6] << (63 - (at & 63));
            if (rest != 0) {
                return at - Long.numberOfLeadingZeros(rest);
            }
        }
        return -1;
    }

    /** The end of the run that begins here, at most so many long. */
    public int runEnd(int group, int most) {
        int end = group;
        while (end < COUNT && end - group < most && has(end)) {
            end++;
        }
        return end;
    }

    /** The start of the run that ends here (itself included), at most so many long. */
    public int runStart(int group, int most) {
        int start = group;
        while (start > 0 && group - start + 1 < most && has(start - 1)) {
            start--;
        }
        return start;
    }
}
