package dev.pavise.proxy.config;

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
 */
public record AuditConfig(
        Path dir,
        Durability durability,
        Path key,
        Path anchor,
        @Nullable Path mirror,
        ByteSize lowWater,
        Retention retention) {

    /** Checks its parts. */
    public AuditConfig {
        Objects.requireNonNull(dir);
        Objects.requireNonNull(durability);
        Objects.requireNonNull(key);
        Objects.requireNonNull(anchor);
        Objects.requireNonNull(lowWater);
        Objects.requireNonNull(retention);
    }

    /**
     * How long records are kept: until they are older than so many days, or until the segments take more of the disk than this.
     */
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
