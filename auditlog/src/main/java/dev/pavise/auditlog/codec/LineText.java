package dev.pavise.auditlog.codec;

import java.util.Arrays;

/** The form that a text has in a line. */
public final class LineText {
    private LineText() {}

    /** The text as it stands between its quotes, never cut. */
    public static byte[] escaped(String text) {
        JsonBytes out = new JsonBytes();
        out.text(text, Integer.MAX_VALUE / 2);
        return Arrays.copyOfRange(out.array(), 1, out.length() - 1);
    }
}
