package dev.pavise.proxy.cli;

import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigOverrides;
import dev.pavise.proxy.config.ConfigResult;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which configuration is meant.
 *
 * @param file null for {@code pavise.yaml} here
 * @param dataDir goes before what the file says
 * @param port goes before what the file says
 */
record ConfigChoice(
        @Nullable Path file,
        @Nullable Path dataDir,
        @Nullable Integer port) {
    private static final Path DEFAULT = Path.of("pavise.yaml");

    Path name() {
        return file == null ? DEFAULT : file;
    }

    ConfigResult load(Surroundings surroundings) {
        Path moved = dataDir == null ? null : surroundings.resolve(dataDir).toAbsolutePath();
        return ConfigLoader.load(
                surroundings.resolve(name()), surroundings.environment(), new ConfigOverrides(moved, port));
    }
}
