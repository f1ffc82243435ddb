package dev.pavise.auditlog.index;

import dev.pavise.auditlog.behind.Pace;
import java.util.Arrays;

/**
 * Collects in which groups each value of one field occurs. Values are told apart by their keyed hash; of a field that is sorted,
 * the beginnings are kept as well. Bounded by the records of a chapter, whatever the values. Kept and used again.
 */
final class FieldDraft {
    /** The most bytes of a value that are kept. */
    static final int KEPT = 64;

    private static final int FEWEST_SLOTS = 1 << 10;
    /** The most bytes of the last value that are kept to know it again. */
    private static final int LAST = 63;

    private static final int GROUP_BITS = 12;
    private static final int GROUP = (1 << GROUP_BITS) - 1;

    private final SipHash hash;
    private final boolean ordered;
    private int[] slots = new int[FEWEST_SLOTS];
    private long[] hashes = new long[1024];
    private int[] lastGroup = new int[1024];
    private int[] starts = new int[1025];
    private byte[] kept = new byte[1 << 14];
    private boolean cut;
    private int values;
    private int[] pairs = new int[1024];
    private int count;
    private int last = -1;
    private final byte[] lastText = new byte[LAST + 1];
    private int lastLength;

    FieldDraft(SipHash hash, boolean ordered) {
        this.hash = hash;
        this.ordered = ordered;
    }

    void clear() {
        Arrays.fill(slots, 0);
        values = 0;
        last = -1;
        count = 0;
        cut = false;
    }

    /** Takes a value in; groups come in their order. Answers the value's number. */
    int add(int group, byte[] line, int from, int to) {
        int value = same(line, from, to) ? last : find(line, from, to);
        if (lastGroup[value] != group) {
            lastGroup[value] = group;
            if (count == pairs.length) {
                pairs = Arrays.copyOf(pairs, count * 2);
            }
            pairs[count++] = (value << GROUP_BITS) | group;
        }
        return value;
    }

    /** Whether it is the value that was added last, as many that follow each other are the same. */
    private boolean same(byte[] line, int from, int to) {
        return last >= 0 && lastLength <= LAST && Arrays.equals(lastText, 0, lastLength, line, from, to);
    }

    private int find(byte[] line, int from, int to) {
        long hashed = hash.of(line, from, to);
        int slot = slot(hashed);
        if (slots[slot] == 0) {
            slots[slot] = begin(hashed, line, from, to) + 1;
            if (values > slots.length / 2) {
                spread();
            }
            last = values - 1;
        } else {
            last = slots[slot] - 1;
        }
        lastLength = Math.min(to - from, LAST + 1); // what is longer is the same as nothing
        System.arraycopy(line, from, lastText, 0, lastLength);
        return last;
    }

    private int slot(long hashed) {
        int slot = (int) hashed & (slots.length - 1);
        while (slots[slot] != 0 && hashes[slots[slot] - 1] != hashed) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void spread() {
        slots = new int[slots.length * 2];
        for (int value = 0; value < values; value++) {
            slots[slot(hashes[value])] = value + 1;
        }
    }

    private int begin(long hashed, byte[] line, int from, int to) {
        if (values == hashes.length) {
            hashes = Arrays.copyOf(hashes, values * 2);
            lastGroup = Arrays.copyOf(lastGroup, values * 2);
            starts = Arrays.copyOf(starts, values * 2 + 1);
        }
        hashes[values] = hashed;
        lastGroup[values] = -1;
        if (ordered) {
            keep(line, from, to);
        }
        return values++;
    }

    private void keep(byte[] line, int from, int to) {
        int length = Math.min(to - from, KEPT);
        cut |= length < to - from;
        int start = values == 0 ? 0 : starts[values];
        if (start + length > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(kept.length * 2, start + length));
        }
        System.arraycopy(line, from, kept, start, length);
        starts[values] = start;
        starts[values + 1] = start + length;
    }

    int values() {
        return values;
    }

    /** Whether some value is longer than what is kept of it. */
    boolean isCut() {
        return cut;
    }

    /** How many pairs of a value and a group there are. */
    int occurrences() {
        return count;
    }

    long hash(int occurrence) {
        return hashes[pairs[occurrence] >>> GROUP_BITS];
    }

    int group(int occurrence) {
        return pairs[occurrence] & GROUP;
    }

    /** The values' numbers, sorted by what is kept of them. */
    Integer[] sorted(Pace pace) {
        Integer[] order = new Integer[values];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (one, other) -> {
            pace.step();
            return Arrays.compareUnsigned(kept, starts[one], starts[one + 1], kept, starts[other], starts[other + 1]);
        });
        return order;
    }

    /** What is kept of a value, at most so many bytes. */
    byte[] kept(int value, int most) {
        return Arrays.copyOfRange(kept, starts[value], Math.min(starts[value + 1], starts[value] + most));
    }

    /** How many bytes two values have in common at their beginning, of what is kept of them. */
    int common(int one, int other) {
        int differ = Arrays.mismatch(kept, starts[one], starts[one + 1], kept, starts[other], starts[other + 1]);
        return differ < 0 ? KEPT : differ;
    }

    int keptBytes() {
        return values == 0 ? 0 : starts[values];
    }

    /** The groups of each value: those of value v are at {@code places[v]} to {@code places[v + 1]} of the result. */
    short[] groups(int[] places) {
        for (int i = 0; i < count; i++) {
            places[(pairs[i] >>> GROUP_BITS) + 1]++;
        }
        for (int v = 0; v < values; v++) {
            places[v + 1] += places[v];
        }
        int[] next = Arrays.copyOf(places, values);
        short[] groups = new short[count];
        for (int i = 0; i < count; i++) {
            groups[next[pairs[i] >>> GROUP_BITS]++] = (short) (pairs[i] & GROUP);
        }
        return groups;
    }
}
