package dev.pavise.auditlog.index;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * The index of 65,536 records, read. Tells in which groups of 16 records something can be; nobody else can make it leave out a
 * group, as each page of it is authenticated. Whether it is there is for the record's own line to say.
 *
 * <pre>
 * "PAVIDX1\n", number, random id (16), length, root of the records' tree (32)                    the head, one page
 * doubtful groups (512), groups with what has no outcome in here (512)
 * for each 128 groups the earliest and the latest timestamp, 32 bytes each, padded with zeros
 * start and length of: places; for each field dictionary and fingerprints (4 bytes each)
 * places: 8 bytes for each group, where its first record is; then what the head names
 * </pre>
 */
public final class Chapter implements Closeable {
    /** Records of a chapter, as a power of two. */
    public static final int HEIGHT = 16;

    public static final long RECORDS = 1L << HEIGHT;

    static final byte[] MAGIC = {'P', 'A', 'V', 'I', 'D', 'X', '1', '\n'};
    static final int NUMBER_AT = 8;
    static final int ROOT_AT = 40;
    static final int HASH = 32;
    static final int DOUBTFUL_AT = ROOT_AT + HASH;
    static final int BITMAP = Groups.COUNT / Byte.SIZE;
    static final int OPEN_AT = DOUBTFUL_AT + BITMAP;
    static final int SPANS_AT = OPEN_AT + BITMAP;
    static final int SPAN = 128;
    static final int SPANS = Groups.COUNT / SPAN;
    static final int MOMENT = 32;
    static final int SECTIONS_AT = SPANS_AT + SPANS * 2 * MOMENT;

    private final Pages pages;
    private final long number;

    private Chapter(Pages pages, long number) {
        this.pages = pages;
        this.number = number;
    }

    static Chapter open(Path file, Mac mac, long number) throws IOException {
        Pages pages = Pages.open(file, mac, number);
        try {
            boolean ours = Arrays.equals(pages.bytes(0, MAGIC.length), MAGIC) && pages.word(NUMBER_AT) == number;
            if (!ours) {
                throw new Pages.DamagedException("it is not chapter " + number);
            }
            return new Chapter(pages, number);
        } catch (IOException | RuntimeException e) {
            pages.close();
            throw e;
        }
    }

    /** The number of the first record. */
    public long start() {
        return number << HEIGHT;
    }

    byte[] root() throws IOException {
        return pages.bytes(ROOT_AT, HASH);
    }

    /** All that the file says, checked. */
    byte[] content() throws IOException {
        return pages.bytes(0, Math.toIntExact(pages.word(ROOT_AT - Long.BYTES)));
    }

    /** Where the first record of a group is, a {@link dev.pavise.auditlog.segment.Location}; 0 where it was not there. */
    public long place(int group) throws IOException {
        return pages.word(pages.number(SECTIONS_AT) + (long) group * Long.BYTES);
    }

    /**
     * The groups that can hold what is wanted.
     *
     * @param from the first timestamp, or null
     * @param to the timestamp behind the last, or null
     * @param open only what has no outcome yet
     */
    public Groups find(List<Wanted> wanted, byte @Nullable [] from, byte @Nullable [] to, boolean open, SipHash hash)
            throws IOException {
        Groups found = Groups.all();
        for (int span = 0; span < SPANS && (from != null || to != null); span++) {
            byte[] earliest = moment(span, 0);
            byte[] latest = moment(span, 1);
            boolean tooEarly = from != null && Arrays.compareUnsigned(latest, from) < 0;
            boolean tooLate = to != null && Arrays.compareUnsigned(earliest, to) >= 0;
            if (tooEarly || tooLate) {
                found.removeSpan(span * SPAN, (span + 1) * SPAN);
            }
        }
        if (open) {
            found.retainAll(pages.groups(OPEN_AT));
        }
        for (Wanted each : wanted) {
            if (!found.isEmpty()) {
                narrow(found, each, hash);
            }
        }
        found.addAll(pages.groups(DOUBTFUL_AT));
        return found;
    }

    private byte[] moment(int span, int which) throws IOException {
        byte[] padded = pages.bytes(SPANS_AT + (long) (span * 2 + which) * MOMENT, MOMENT);
        int length = MOMENT;
        while (length > 0 && padded[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(padded, length);
    }

    private void narrow(Groups found, Wanted wanted, SipHash hash) throws IOException {
        int field = wanted.field().place();
        Groups groups = new Groups();
        boolean looked = false;
        if (length(1 + 2 * field) > 0) {
            Dictionary dictionary = new Dictionary(pages, start(1 + 2 * field));
            if (dictionary.isExact() || !wanted.isWhole()) {
                dictionary.find(wanted, groups);
                looked = true;
            }
        }
        if (!looked && wanted.isWhole() && length(2 + 2 * field) > 0) {
            Fingerprints.find(pages, start(2 + 2 * field), hash.of(wanted.text()), groups);
            looked = true;
        }
        if (looked) {
            found.retainAll(groups);
        }
    }

    private long start(int section) throws IOException {
        return pages.number(SECTIONS_AT + (long) section * 2 * Integer.BYTES);
    }

    private int length(int section) throws IOException {
        return pages.number(SECTIONS_AT + (long) section * 2 * Integer.BYTES + Integer.BYTES);
    }

    @Override
    public void close() throws IOException {
        pages.close();
    }
}
