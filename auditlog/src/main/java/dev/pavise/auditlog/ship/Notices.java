package dev.pavise.auditlog.ship;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.codec.RecordBody;
import dev.pavise.auditlog.codec.RecordHead;
import dev.pavise.auditlog.export.Encoder;
import dev.pavise.auditlog.export.UnfitLineException;
import dev.pavise.auditlog.segment.Finder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;

/**
 * Messages that tell of a record instead of being one. They have the form of the records around them, but neither {@code id} nor
 * {@code seq}, so that none can be taken for a record of the log.
 */
final class Notices {
    private final ShipSettings settings;
    private final Encoder encoder;
    private final InstantSource clock;

    Notices(ShipSettings settings, InstantSource clock) {
        this.settings = settings;
        this.encoder = settings.format().encoder(settings.origin());
        this.clock = clock;
    }

    /** Records that are no longer there, or cannot be read. */
    Message gap(long from, long to, String damage) {
        AuditRecord record = AuditRecord.ownEvent(
                        EventType.AUDIT_SHIP_GAP,
                        "audit.ship",
                        settings.origin().log())
                .outcome(Outcome.FAILURE)
                .metadata("first_missing", from)
                .metadata("missing", to - from)
                .metadata("found", damage.isEmpty() ? null : damage)
                .build();
        return new Message(Message.Kind.GAP, from, to - from, "", value(record));
    }

    /** One record that cannot be sent. */
    Message replaced(long seq, String id, byte[] line, String why) {
        AuditRecord record = AuditRecord.ownEvent(
                        EventType.AUDIT_SHIP_REPLACED,
                        "audit.ship",
                        settings.origin().log())
                .outcome(Outcome.FAILURE)
                .metadata("record_seq", seq)
                .metadata("record_id", id)
                .metadata("record_bytes", line.length)
                .metadata("leaf_hash", HexFormat.of().formatHex(Finder.leafHash(line)))
                .metadata("why", why)
                .build();
        return new Message(Message.Kind.REPLACED, seq, 1, id, value(record));
    }

    private Message.Value value(AuditRecord record) {
        RecordBody body = new RecordBody();
        body.write(record);
        String line = "{\"timestamp\":\"" + RecordHead.Timestamps.text(clock.instant()) + '"'
                + new String(body.array(), 0, body.length(), StandardCharsets.UTF_8);
        try {
            return new Message.Value(encoder.encode(line.getBytes(StandardCharsets.UTF_8)));
        } catch (UnfitLineException e) {
            throw new IllegalStateException("a line of our own is no record", e);
        }
    }
}
