package dev.pavise.auditlog.export;

import dev.pavise.auditlog.segment.SmallFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * How far an export has come.
 *
 * @param query what is exported, as one line that is compared with that of whoever takes it up
 * @param from the earliest moment, if there is one: a span that is counted back from a start stays where it was
 * @param to the first number that is not covered, so that it ends where one run would have ended
 * @param next the first number that is not decided; negative before the first
 * @param bytes how long the file is with all before that
 */
public record ExportState(
        String query, @Nullable Instant from, long to, long next, long bytes, long lines, long flaws) {
    private static final String FIRST = "pavise-export 1";

    public ExportState {
        if (query.indexOf('\n') >= 0 || query.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("the query of an export is one line");
        }
    }

    /** At its beginning. */
    public static ExportState fresh(String query, @Nullable Instant from, long to) {
        return new ExportState(query, from, to, -1, 0, 0, 0);
    }

    ExportState at(long next, long bytes, long lines, long flaws) {
        return new ExportState(query, from, to, next, bytes, lines, flaws);
    }

    /** Reads it; one that is damaged counts as none, and all is written again. */
    static Optional<ExportState> read(Path file) throws IOException {
        String text = SmallFile.read(file).orElse("");
        int sum = text.lastIndexOf("sum ");
        if (sum < 0 || !text.startsWith(FIRST + "\n") || !text.equals(summed(text.substring(0, sum)))) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        text.lines().forEach(line -> {
            int space = line.indexOf(' ');
            values.put(line.substring(0, Math.max(space, 0)), line.substring(space + 1));
        });
        try {
            String from = value(values, "from");
            return Optional.of(new ExportState(
                    value(values, "query"),
                    from.equals("-") ? null : Instant.parse(from),
                    number(values, "to"),
                    number(values, "next"),
                    number(values, "bytes"),
                    number(values, "lines"),
                    number(values, "flaws")));
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name);
        }
        return value;
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(value(values, name));
    }

    void write(Path file) throws IOException {
        String text = FIRST + "\nquery " + query + "\nfrom " + (from == null ? "-" : from.toString()) + "\nto " + to
                + "\nnext " + next + "\nbytes " + bytes + "\nlines " + lines + "\nflaws " + flaws + "\n";
        SmallFile.replace(file, summed(text));
    }

    private static String summed(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return text + "sum " + Long.toHexString(sum.getValue()) + "\n";
    }
}
