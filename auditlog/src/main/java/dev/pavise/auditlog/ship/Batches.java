package dev.pavise.auditlog.ship;

import dev.pavise.auditlog.export.Encoder;
import dev.pavise.auditlog.export.UnfitLineException;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.RecordWalk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Reads the log on from a position, as messages, in amounts that are bounded in number and bytes. */
final class Batches implements Closeable {
    private static final byte[] NO_LINE = {};

    private final ShipSettings settings;
    private final LongSupplier bound;
    private final Encoder encoder;
    private final Notices notices;
    private final RecordWalk walk;

    Batches(ShipSettings settings, LongSupplier bound, Notices notices, long from) throws IOException {
        this.settings = settings;
        this.bound = bound;
        this.encoder = settings.format().encoder(settings.origin());
        this.notices = notices;
        this.walk = RecordWalk.from(new AuditFolder(settings.dir()), from);
    }

    /**
     * Some messages.
     *
     * @param lines the stored line of each; empty for a gap
     */
    record Batch(List<Message> messages, List<byte[]> lines) {
        boolean isEmpty() {
            return messages.isEmpty();
        }

        /** When the first record of them was stored. */
        Optional<Instant> oldest() {
            return messages.stream()
                    .map(Message::id)
                    .filter(id -> id.matches("[0-9a-f]{8}-[0-9a-f]{4}-.*"))
                    .findFirst()
                    .map(ShipFigures::moment);
        }
    }

    /** What comes next; empty where there is nothing so far. */
    Batch next() throws IOException {
        List<Message> messages = new ArrayList<>();
        List<byte[]> lines = new ArrayList<>();
        long to = bound.getAsLong();
        long bytes = 0;
        boolean gap = false; // a gap goes with the record behind it, by which the position is told
        while (gap || (bytes < settings.batchBytes() && messages.size() < ShipSettings.BATCH_RECORDS)) {
            RecordWalk.Found found = walk.next(to);
            if (found == RecordWalk.Found.END) {
                break;
            }
            gap = found == RecordWalk.Found.MISSING;
            byte[] line = gap ? NO_LINE : walk.line();
            Message message =
                    gap ? notices.gap(walk.missingFrom(), walk.missingTo(), walk.damage()) : message(walk.seq(), line);
            bytes += message.value().length();
            messages.add(message);
            lines.add(line);
        }
        return new Batch(messages, lines);
    }

    private Message message(long seq, byte[] line) {
        try {
            return new Message(Message.Kind.RECORD, seq, 1, id(line), new Message.Value(encoder.encode(line)));
        } catch (UnfitLineException e) {
            return notices.replaced(seq, id(line), line, "unreadable: " + e.why());
        }
    }

    /** Every line that the cursor gives begins with its id. */
    static String id(byte[] line) {
        return new String(line, LogCursor.ID_OFFSET, LogCursor.ID_LENGTH, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        walk.close();
    }
}
