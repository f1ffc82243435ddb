package dev.pavise.auditlog.ship;

import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.RecordWalk;
import dev.pavise.auditlog.segment.SmallFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * How far shipping got, on the disk. It names the record before its place by that record's hash, and the place where it was
 * shipped to, so that a position of another log, of an older state of this one or for another destination is noticed; then all is
 * sent again. A wrong position can cost repetitions, and never has a record passed over.
 *
 * <p>Holds against whoever can write the audit folder. Who can write this file too could have records passed over: it belongs
 * where key and anchor lie.
 *
 * @param next the first record that was not acknowledged
 * @param leaf the leaf hash of the record before it, in hexadecimal; empty where there was none
 */
record ShipPosition(String destination, String log, long next, String leaf) {
    private static final String FIRST = "pavise-ship 1";

    /** What was found of an earlier position. */
    sealed interface Found {
        /** Nothing was shipped so far. */
        record None() implements Found {}

        /** It holds: go on there. */
        record Holds(ShipPosition position) implements Found {}

        /** There is one that cannot be followed. */
        record Unusable(String why) implements Found {}
    }

    static ShipPosition start(ShipSettings settings) {
        return new ShipPosition(settings.destination(), settings.origin().log(), 0, "");
    }

    /** Behind the record with this line. */
    ShipPosition behind(long seq, byte[] line) {
        return new ShipPosition(destination, log, seq + 1, HexFormat.of().formatHex(Finder.leafHash(line)));
    }

    static Found find(ShipSettings settings) throws IOException {
        Optional<String> text = SmallFile.read(settings.position());
        if (text.isEmpty()) {
            return new Found.None();
        }
        Optional<ShipPosition> parsed = parse(text.get());
        if (parsed.isEmpty()) {
            return new Found.Unusable("it is garbled");
        }
        ShipPosition position = parsed.get();
        if (!position.destination.equals(settings.destination())) {
            return new Found.Unusable("it is for `" + position.destination + "`");
        }
        if (!position.log.equals(settings.origin().log())) {
            return new Found.Unusable("it is of the log `" + position.log + "`");
        }
        return position.checked(new AuditFolder(settings.dir()));
    }

    /** The record before the place must be the one that was shipped, or have been removed with all before it. */
    private Found checked(AuditFolder folder) throws IOException {
        if (next == 0) {
            return new Found.Holds(this);
        }
        Optional<byte[]> line = Finder.line(folder, next - 1);
        if (line.isPresent()) {
            return HexFormat.of().formatHex(Finder.leafHash(line.get())).equals(leaf)
                    ? new Found.Holds(this)
                    : new Found.Unusable("record " + (next - 1) + " is not the one that was shipped");
        }
        try (RecordWalk walk = RecordWalk.fromFirst(folder)) {
            return walk.next(Long.MAX_VALUE) == RecordWalk.Found.RECORD && walk.seq() >= next
                    ? new Found.Holds(this)
                    : new Found.Unusable("record " + (next - 1) + " was shipped, and the log has it no longer");
        }
    }

    private static Optional<ShipPosition> parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 7 || !lines[6].isEmpty() || !lines[0].equals(FIRST)) {
            return Optional.empty();
        }
        String destination = after("destination ", lines[1]);
        String log = after("log ", lines[2]);
        String next = after("next ", lines[3]);
        String leaf = after("leaf ", lines[4]);
        if (!next.matches("[0-9]{1,18}") || !leaf.matches("-|[0-9a-f]{64}")) {
            return Optional.empty();
        }
        long number = Long.parseLong(next);
        ShipPosition position = new ShipPosition(destination, log, number, leaf.equals("-") ? "" : leaf);
        boolean whole = (number == 0) == leaf.equals("-") && position.text().equals(text);
        return whole ? Optional.of(position) : Optional.empty();
    }

    private static String after(String start, String line) {
        return line.startsWith(start) ? line.substring(start.length()) : "";
    }

    void write(Path file) throws IOException {
        SmallFile.replace(file, text());
    }

    private String text() {
        String body = FIRST + "\ndestination " + destination + "\nlog " + log + "\nnext " + next + "\nleaf "
                + (leaf.isEmpty() ? "-" : leaf) + "\n";
        return body + "sum " + sum(body) + "\n";
    }

    private static String sum(String body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
