package dev.pavise.proxy.config;

import dev.pavise.policy.config.ByteSize;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the audit trail goes. There is no key that switches it off.
 *
 * @param dir the folder of the store
 * @param key the signing key, outside that folder
 * @param anchor the newest checkpoint, outside that folder
 * @param mirror also writes the records to this file, behind the write path; absent: no mirror
 * @param lowWater with less free space than this, requests are refused
 * @param retention how long records are kept
 * @param origin the log's name in its checkpoints
 * @param witness who cosigns them; absent: nobody
 * @param recorded what of a request is recorded beside what always is
 * @param redact what is taken out of records before they are stored
 * @param visible what must hold of a record for whoever asks for it; absent: {@code audit:read} shows all
 * @param ship also sends the records there; absent: nowhere
 * @param ephemeral the trail may lie where it ends with its container
 */
public record AuditConfig(
        Path dir,
        Durability durability,
        Path key,
        Path anchor,
        @Nullable Path mirror,
        ByteSize lowWater,
        Retention retention,
        String origin,
        @Nullable WitnessConfig witness,
        RecordedConfig recorded,
        RedactConfig redact,
        @Nullable String visible,
        @Nullable ShipConfig ship,
        boolean ephemeral) {

    /** Checks its parts. */
    public AuditConfig {
        Objects.requireNonNull(dir);
        Objects.requireNonNull(durability);
        Objects.requireNonNull(key);
        Objects.requireNonNull(anchor);
        Objects.requireNonNull(lowWater);
        Objects.requireNonNull(retention);
        Objects.requireNonNull(origin);
        Objects.requireNonNull(recorded);
        Objects.requireNonNull(redact);
    }

    /** Until records are older than so many days, or the segments take more of the disk than this. */
    public record Retention(int days, ByteSize maxSize) {
        /** Checks its parts. */
        public Retention {
            Objects.requireNonNull(maxSize);
        }
    }

    /** What a stored record survives. */
    public enum Durability {
        /** The end of the process, {@code kill -9} included. */
        PROCESS,
        /** The loss of power. */
        DISK
    }
}
