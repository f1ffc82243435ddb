package dev.pavise.auditlog.index;

import dev.pavise.auditlog.codec.LineText;
import dev.pavise.auditlog.segment.RecordLine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text that is asked for. Compared in the form in which texts stand in lines, so nothing is unescaped. The log's lines and the
 * index's values are judged by the same comparison.
 */
public final class Wanted {
    private static final byte[] TOKEN = "jwt:".getBytes(StandardCharsets.US_ASCII);

    private final IndexedField field;
    private final byte[] text;
    private final boolean prefix;
    private final boolean anySource;

    private Wanted(IndexedField field, byte[] text, boolean prefix, boolean anySource) {
        this.field = field;
        this.text = text;
        this.prefix = prefix;
        this.anySource = anySource;
    }

    /** The whole text, or with a {@code *} behind it what begins so. */
    public static Wanted text(IndexedField field, String wanted) {
        return of(field, wanted, false);
    }

    /** A whole text as it stands in lines. */
    public static Wanted escaped(IndexedField field, String whole) {
        return new Wanted(field, whole.getBytes(StandardCharsets.UTF_8), false, false);
    }

    /** The same of an actor; a name without its source is that of any source. */
    public static Wanted actor(String wanted) {
        return of(IndexedField.ACTOR, wanted, !wanted.contains(":"));
    }

    private static Wanted of(IndexedField field, String wanted, boolean anySource) {
        boolean prefix = wanted.endsWith("*");
        String text = prefix ? wanted.substring(0, wanted.length() - 1) : wanted;
        return new Wanted(field, LineText.escaped(text), prefix, anySource);
    }

    public IndexedField field() {
        return field;
    }

    byte[] text() {
        return text;
    }

    /** Whether one text alone fits. */
    boolean isWhole() {
        return !prefix && !anySource;
    }

    /** Whether everything that fits stands together where texts are sorted. */
    boolean isTogether() {
        return !anySource;
    }

    public boolean holds(RecordLine line) {
        int from = line.from(field.field());
        return from >= 0 && holds(line.buffer(), from, line.to(field.field()));
    }

    /** Whether a text fits, or could if it goes on. */
    boolean mayHold(byte[] value, boolean goesOn) {
        if (!goesOn) {
            return holds(value, 0, value.length);
        }
        int same = Math.min(value.length, text.length);
        return anySource || Arrays.equals(value, 0, same, text, 0, same);
    }

    private boolean holds(byte[] value, int from, int to) {
        if (fits(value, from, to)) {
            return true;
        }
        if (!anySource) {
            return false;
        }
        int colon = colon(value, from, to);
        return colon > from && fits(value, colon + 1, to);
    }

    /** The end of an actor's source; of a token's actor the end of the issuer's name; -1 where there is none. */
    private static int colon(byte[] value, int from, int to) {
        boolean token =
                to - from >= TOKEN.length && Arrays.equals(value, from, from + TOKEN.length, TOKEN, 0, TOKEN.length);
        for (int at = token ? from + TOKEN.length : from; at < to; at++) {
            if (value[at] == ':') {
                return at;
            }
        }
        return -1;
    }

    private boolean fits(byte[] value, int from, int to) {
        int length = to - from;
        return prefix
                ? length >= text.length && Arrays.equals(value, from, from + text.length, text, 0, text.length)
                : Arrays.equals(value, from, to, text, 0, text.length);
    }
}
