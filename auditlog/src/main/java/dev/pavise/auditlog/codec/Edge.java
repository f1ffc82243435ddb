package dev.pavise.auditlog.codec;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The lines behind a note that hold the left edge of its tree. */
final class Edge {
    private static final String LINE = "edge ";

    private Edge() {}

    static String text(List<byte[]> edge) {
        StringBuilder text = new StringBuilder();
        for (byte[] hash : edge) {
            text.append(LINE).append(Base64.getEncoder().encodeToString(hash)).append('\n');
        }
        return text.toString();
    }

    /** What stands before the first of the lines. */
    static String noteOf(String text) {
        int edge = text.indexOf("\n" + LINE);
        return edge < 0 ? text : text.substring(0, edge + 1);
    }

    /** Reads the lines; throws {@link IllegalArgumentException} where one of them is something else. */
    static List<byte[]> read(String lines) {
        List<byte[]> edge = new ArrayList<>();
        for (String line : lines.lines().toList()) {
            if (!line.startsWith(LINE)) {
                throw new IllegalArgumentException("not a line of an edge");
            }
            edge.add(Base64.getDecoder().decode(line.substring(LINE.length())));
        }
        return edge;
    }
}
