package dev.pavise.auditlog.index;

import java.io.IOException;
import java.util.Arrays;

/** Reads what {@link DictionaryWriter} wrote. */
final class Dictionary {
    private static final int HEAD = 2 * Integer.BYTES;

    private final Pages pages;
    private final long start;
    private final int count;
    private final int cut;
    private final long values;
    private final long lists;

    Dictionary(Pages pages, long start) throws IOException {
        this.pages = pages;
        this.start = start;
        this.count = pages.number(start);
        this.cut = pages.number(start + Integer.BYTES);
        this.values = start + HEAD + 2L * Integer.BYTES * count;
        this.lists = values + (count == 0 ? 0 : end(count - 1));
    }

    /** Whether values stand in full, so that what is found is no more than what is asked for. */
    boolean isExact() {
        return cut == 0;
    }

    /** Adds the groups of what is wanted, and where values are cut, of what could be. */
    void find(Wanted wanted, Groups into) throws IOException {
        byte[] text = wanted.text();
        byte[] begin = cut == 0 || text.length <= cut ? text : Arrays.copyOf(text, cut);
        for (int i = wanted.isTogether() ? lowerBound(begin) : 0; i < count; i++) {
            byte[] value = value(i);
            if (wanted.isTogether() && !startsWith(value, begin)) {
                return;
            }
            if (wanted.mayHold(value, cut > 0 && value.length == cut)) {
                collect(i, into);
            }
        }
    }

    private int lowerBound(byte[] text) throws IOException {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(value(middle), text) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static boolean startsWith(byte[] value, byte[] begin) {
        return value.length >= begin.length && Arrays.equals(value, 0, begin.length, begin, 0, begin.length);
    }

    private byte[] value(int index) throws IOException {
        int from = index == 0 ? 0 : end(index - 1);
        return pages.bytes(values + from, end(index) - from);
    }

    private int end(int index) throws IOException {
        return pages.number(start + HEAD + (long) Integer.BYTES * index);
    }

    private int listEnd(int index) throws IOException {
        return pages.number(start + HEAD + (long) Integer.BYTES * (count + index));
    }

    private void collect(int index, Groups into) throws IOException {
        int from = index == 0 ? 0 : listEnd(index - 1);
        int length = listEnd(index) - from;
        if (length == Groups.COUNT / Byte.SIZE) {
            into.addAll(pages.groups(lists + from));
            return;
        }
        for (int at = 0; at < length; at += Short.BYTES) {
            into.add(pages.half(lists + from + at));
        }
    }
}
