package dev.pavise.proxy.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says about values of the file. An override replaces the value before anything is derived from it, so
 * that {@code --data-dir} also moves the audit folder that lies in it by default.
 *
 * @param dataDir replaces {@code data_dir}, taken as it is
 * @param port replaces the port of the first {@code listen.https}
 */
public record ConfigOverrides(
        @Nullable Path dataDir, @Nullable Integer port) {

    /** No override: the file alone decides. */
    public static final ConfigOverrides NONE = new ConfigOverrides(null, null);
}
