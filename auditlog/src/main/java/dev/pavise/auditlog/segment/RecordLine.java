package dev.pavise.auditlog.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the top-level texts of a record in its line, without making objects. Kept and used again, by one thread. Reads lines
 * that may have been tampered with: what it cannot follow it refuses, and it never reads outside the line.
 */
public final class RecordLine {
    /** One of the texts that can be asked for. */
    public static final class Field {
        public static final Field ID = new Field(0, "id");
        public static final Field TIMESTAMP = new Field(1, "timestamp");
        public static final Field PHASE = new Field(2, "phase");
        public static final Field EVENT_TYPE = new Field(3, "event_type");
        public static final Field ACTOR = new Field(4, "actor");
        public static final Field ACTION = new Field(5, "action");
        public static final Field RESOURCE = new Field(6, "resource");
        public static final Field OUTCOME = new Field(7, "outcome");
        public static final Field IP = new Field(8, "ip");
        public static final Field SESSION_ID = new Field(9, "session_id");
        public static final Field REQUEST_ID = new Field(10, "request_id");

        private final int slot;
        private final byte[] key;

        private Field(int slot, String key) {
            this.slot = slot;
            this.key = key.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final Field[] FIELDS = {
        Field.ID,
        Field.TIMESTAMP,
        Field.PHASE,
        Field.EVENT_TYPE,
        Field.ACTOR,
        Field.ACTION,
        Field.RESOURCE,
        Field.OUTCOME,
        Field.IP,
        Field.SESSION_ID,
        Field.REQUEST_ID
    };

    private static final Field[][] BY_LENGTH = byLength();

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHEST = 0x8080808080808080L;
    private static final long QUOTES = '"' * ONES;
    private static final long ESCAPES = '\\' * ONES;

    private final int[] from = new int[FIELDS.length];
    private final int[] to = new int[FIELDS.length];
    private byte[] line = {};
    private int at;
    private int end;

    /** Reads a line; false where it is not one JSON object as we write them. */
    public boolean read(byte[] buffer, int offset, int length) {
        Arrays.fill(from, -1);
        line = buffer;
        at = offset;
        end = offset + length;
        if (!take('{')) {
            return false;
        }
        do {
            int key = at + 1;
            if (!text() || !value(field(key, at - 1))) {
                return false;
            }
        } while (take(','));
        return take('}') && at == end;
    }

    private boolean value(int field) {
        if (!take(':') || at >= end) {
            return false;
        }
        int start = at;
        if (line[at] == '"') {
            if (!text()) {
                return false;
            }
            if (field >= 0) {
                from[field] = start + 1;
                to[field] = at - 1;
            }
            return true;
        }
        return (line[at] == '{' || line[at] == '[') ? nested() : plain(start);
    }

    private boolean plain(int start) {
        while (at < end && line[at] != ',' && line[at] != '}') {
            at++;
        }
        return at > start;
    }

    private boolean nested() {
        int depth = 0;
        while (at < end) {
            byte c = line[at];
            if (c == '"') {
                if (!text()) {
                    return false;
                }
                continue;
            }
            at++;
            if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
                if (depth == 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean text() {
        if (!take('"')) {
            return false;
        }
        while (at < end) {
            at = quoteOrEscape();
            if (at < end && line[at++] == '"') {
                return true;
            }
            at++;
        }
        return false;
    }

    /** The next place of a quote or a backslash, eight bytes at a time; the end where there is none. */
    private int quoteOrEscape() {
        int place = at;
        while (place + Long.BYTES <= end) {
            long word = (long) WORD.get(line, place);
            long quotes = word ^ QUOTES;
            long escapes = word ^ ESCAPES;
            // The lowest bit that is left is the first such byte; those above it may be wrong.
            long hits = (((quotes - ONES) & ~quotes) | ((escapes - ONES) & ~escapes)) & HIGHEST;
            if (hits != 0) {
                return place + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
            place += Long.BYTES;
        }
        while (place < end && line[place] != '"' && line[place] != '\\') {
            place++;
        }
        return place;
    }

    private boolean take(char wanted) {
        if (at < end && line[at] == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private int field(int start, int stop) {
        int length = stop - start;
        if (length >= BY_LENGTH.length) {
            return -1;
        }
        for (Field field : BY_LENGTH[length]) {
            if (Arrays.equals(line, start, stop, field.key, 0, length)) {
                return field.slot;
            }
        }
        return -1;
    }

    private static Field[][] byLength() {
        int longest =
                Arrays.stream(FIELDS).mapToInt(field -> field.key.length).max().orElse(0);
        Field[][] fields = new Field[longest + 1][];
        for (int length = 0; length <= longest; length++) {
            int wanted = length;
            fields[length] = Arrays.stream(FIELDS)
                    .filter(field -> field.key.length == wanted)
                    .toArray(Field[]::new);
        }
        return fields;
    }

    public boolean has(Field field) {
        return from[field.slot] >= 0;
    }

    /** Where in the buffer the text begins; -1 where it is absent. */
    public int from(Field field) {
        return from[field.slot];
    }

    /** Where in the buffer the text ends; -1 where it is absent. */
    public int to(Field field) {
        return from[field.slot] < 0 ? -1 : to[field.slot];
    }

    /** The buffer that the line was read from. */
    public byte[] buffer() {
        return line;
    }

    /** The text as it stands in the line, escapes and all; empty where it is absent. */
    public String text(Field field) {
        int i = field.slot;
        return from[i] < 0 ? "" : new String(line, from[i], to[i] - from[i], StandardCharsets.UTF_8);
    }

    /** Whether the text, as it stands in the line, is this one. */
    public boolean is(Field field, byte[] text) {
        int i = field.slot;
        return from[i] >= 0 && Arrays.equals(line, from[i], to[i], text, 0, text.length);
    }

    public boolean startsWith(Field field, byte[] text) {
        int i = field.slot;
        return from[i] >= 0
                && to[i] - from[i] >= text.length
                && Arrays.equals(line, from[i], from[i] + text.length, text, 0, text.length);
    }

    /** Orders the text against another one, byte by byte; an absent one comes first. */
    public int compare(Field field, byte[] text) {
        int i = field.slot;
        return from[i] < 0 ? -1 : Arrays.compareUnsigned(line, from[i], to[i], text, 0, text.length);
    }

    /** A number to know a text again by; 0 where it is absent. */
    public long fingerprint(Field field) {
        int i = field.slot;
        if (from[i] < 0) {
            return 0;
        }
        long hash = 0xcbf29ce484222325L;
        for (int place = from[i]; place < to[i]; place++) {
            hash = (hash ^ line[place]) * 0x100000001b3L;
        }
        return hash == 0 ? 1 : hash;
    }
}
