package dev.pavise.auditlog;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a log is opened.
 *
 * @param dir the audit folder; made when it is not there
 * @param key the signing key, PKCS#8 PEM; made, readable by its owner alone, when it is not there
 * @param anchor the newest checkpoint, kept outside the folder
 * @param mirror where the lines also go as plain JSON Lines, or null
 * @param origin the log's name in its checkpoints
 * @param lowWaterBytes with less free space than this nothing is taken
 * @param segmentBytes a new segment is begun when one has grown to this
 * @param segmentAge a new segment is begun when one is this old
 * @param sealEvery how often a checkpoint is made while records come in
 * @param maxWaiting how many records may wait for a sync before more are refused
 * @param retention how long records are kept
 * @param redaction what is taken out of records before they are stored
 * @param witness who cosigns checkpoints, or null
 */
public record AuditSettings(
        Path dir,
        Durability durability,
        Path key,
        Path anchor,
        @Nullable Path mirror,
        String origin,
        long lowWaterBytes,
        long segmentBytes,
        Duration segmentAge,
        Duration sealEvery,
        int maxWaiting,
        Retention retention,
        Redaction redaction,
        @Nullable WitnessSettings witness,
        InstantSource clock) {

    private static final long MIB = 1L << 20;

    public AuditSettings {
        if (lowWaterBytes < 0) {
            throw new IllegalArgumentException("low-water mark is negative: `" + lowWaterBytes + "`");
        }
        if (segmentBytes < MIB || segmentBytes > 64L << 30) {
            throw new IllegalArgumentException("segment size `" + segmentBytes + "` is not between 1 MiB and 64 GiB");
        }
        if (!segmentAge.isPositive() || !sealEvery.isPositive() || maxWaiting < 1) {
            throw new IllegalArgumentException("segment age, seal interval and waiting records must be positive");
        }
        if (!origin.matches("[!-*,-~]{1,200}")) {
            throw new IllegalArgumentException(
                    "log name `" + origin + "` must be printable ASCII without space or plus");
        }
    }

    /** The defaults: {@code process} durability, 256 MiB low-water mark, daily segments of at most 1 GiB. */
    public static AuditSettings of(Path dir, Path key, Path anchor) {
        return new AuditSettings(
                dir,
                Durability.PROCESS,
                key,
                anchor,
                null,
                "pavise/audit",
                256 * MIB,
                1024 * MIB,
                Duration.ofDays(1),
                Duration.ofSeconds(1),
                1 << 16,
                Retention.FOREVER,
                Redaction.NONE,
                null,
                InstantSource.system());
    }

    public AuditSettings withDir(Path value) {
        return with(parts -> parts.dir = value);
    }

    public AuditSettings withDurability(Durability value) {
        return with(parts -> parts.durability = value);
    }

    public AuditSettings withMirror(@Nullable Path value) {
        return with(parts -> parts.mirror = value);
    }

    public AuditSettings withOrigin(String value) {
        return with(parts -> parts.origin = value);
    }

    public AuditSettings withLowWater(long bytes) {
        return with(parts -> parts.lowWaterBytes = bytes);
    }

    public AuditSettings withSegments(long bytes, Duration age) {
        return with(parts -> {
            parts.segmentBytes = bytes;
            parts.segmentAge = age;
        });
    }

    public AuditSettings withSealEvery(Duration value) {
        return with(parts -> parts.sealEvery = value);
    }

    public AuditSettings withMaxWaiting(int value) {
        return with(parts -> parts.maxWaiting = value);
    }

    public AuditSettings withRetention(Retention value) {
        return with(parts -> parts.retention = value);
    }

    public AuditSettings withRedaction(Redaction value) {
        return with(parts -> parts.redaction = value);
    }

    public AuditSettings withWitness(@Nullable WitnessSettings value) {
        return with(parts -> parts.witness = value);
    }

    public AuditSettings withClock(InstantSource value) {
        return with(parts -> parts.clock = value);
    }

    private AuditSettings with(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return parts.settings();
    }

    /** The parts of some settings, one of which is changed. */
    private static final class Parts {
        private Path dir;
        private Durability durability;
        private Path key;
        private Path anchor;
        private @Nullable Path mirror;
        private String origin;
        private long lowWaterBytes;
        private long segmentBytes;
        private Duration segmentAge;
        private Duration sealEvery;
        private int maxWaiting;
        private Retention retention;
        private Redaction redaction;
        private @Nullable WitnessSettings witness;
        private InstantSource clock;

        Parts(AuditSettings from) {
            dir = from.dir;
            durability = from.durability;
            key = from.key;
            anchor = from.anchor;
            mirror = from.mirror;
            origin = from.origin;
            lowWaterBytes = from.lowWaterBytes;
            segmentBytes = from.segmentBytes;
            segmentAge = from.segmentAge;
            sealEvery = from.sealEvery;
            maxWaiting = from.maxWaiting;
            retention = from.retention;
            redaction = from.redaction;
            witness = from.witness;
            clock = from.clock;
        }

        AuditSettings settings() {
            return new AuditSettings(
                    dir,
                    durability,
                    key,
                    anchor,
                    mirror,
                    origin,
                    lowWaterBytes,
                    segmentBytes,
                    segmentAge,
                    sealEvery,
                    maxWaiting,
                    retention,
                    redaction,
                    witness,
                    clock);
        }
    }
}
