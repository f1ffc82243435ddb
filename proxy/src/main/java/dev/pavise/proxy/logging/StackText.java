package dev.pavise.proxy.logging;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The text of a stack trace, cut where it gets long. */
final class StackText {
    private static final int LIMIT = 8 * 1024;

    private StackText() {}

    static String of(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text, true));
        String whole = text.toString().stripTrailing();
        return whole.length() <= LIMIT ? whole : whole.substring(0, LIMIT) + " ...";
    }
}
