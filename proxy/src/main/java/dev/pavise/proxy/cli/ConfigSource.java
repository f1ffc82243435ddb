package dev.pavise.proxy.cli;

import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigOverrides;
import dev.pavise.proxy.config.ConfigResult;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the configuration, and reading it. */
final class ConfigSource {
    private static final Path DEFAULT = Path.of("pavise.yaml");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration (default: pavise.yaml).")
    private @Nullable Path file;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Goes before data_dir of the configuration.")
    private @Nullable Path dataDir;

    /** What {@code --data-dir} says, if it was given. */
    @Nullable
    Path dataDir() {
        return dataDir;
    }

    boolean named() {
        return file != null;
    }

    Path file() {
        return file == null ? DEFAULT : file;
    }

    ConfigResult load(Surroundings surroundings, @Nullable Integer port) {
        Path moved = dataDir == null ? null : surroundings.resolve(dataDir).toAbsolutePath();
        return ConfigLoader.load(
                surroundings.resolve(file()), surroundings.environment(), new ConfigOverrides(moved, port));
    }
}
