package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditStats;
import dev.pavise.auditlog.WitnessStats;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The figures of the parts of an open log. */
final class OpenStats implements AuditStats {
    private final Writer writer;
    private final AuditLog taking;
    private final Sealer sealer;
    private final Room room;
    private final @Nullable Mirror mirror;
    private final Retainer retainer;
    private final @Nullable Witnessing witnessing;
    private final Keeper keeper;

    OpenStats(
            Writer writer,
            AuditLog taking,
            Sealer sealer,
            Room room,
            @Nullable Mirror mirror,
            Retainer retainer,
            @Nullable Witnessing witnessing,
            Keeper keeper) {
        this.writer = writer;
        this.taking = taking;
        this.sealer = sealer;
        this.room = room;
        this.mirror = mirror;
        this.retainer = retainer;
        this.witnessing = witnessing;
        this.keeper = keeper;
    }

    @Override
    public long appended() {
        return writer.appended();
    }

    @Override
    public long size() {
        return writer.size();
    }

    @Override
    public long signed() {
        return sealer.signed();
    }

    @Override
    public long checkpointAgeMillis() {
        return sealer.signed() >= writer.size() ? 0 : keeper.behindMillis();
    }

    @Override
    public long refused() {
        return writer.refused() + (taking instanceof WitnessedLog gated ? gated.refused() : 0);
    }

    @Override
    public long sealFailures() {
        return keeper.failures();
    }

    @Override
    public long freeBytes() {
        return room.free();
    }

    @Override
    public long mirrorLag() {
        return mirror == null ? 0 : mirror.lag();
    }

    @Override
    public long mirrorFailures() {
        return mirror == null ? 0 : mirror.failures();
    }

    @Override
    public long firstSeq() {
        return retainer.firstLeft();
    }

    @Override
    public long cuts() {
        return retainer.cuts();
    }

    @Override
    public long segmentBytes() {
        return retainer.bytes();
    }

    @Override
    public Optional<WitnessStats> witness() {
        return Optional.ofNullable(witnessing);
    }
}
