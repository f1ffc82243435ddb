package dev.pavise.proxy.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the configuration. */
final class ConfigSource {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration (default: pavise.yaml).")
    private @Nullable Path file;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Goes before data_dir of the configuration.")
    private @Nullable Path dataDir;

    ConfigChoice choice() {
        return choice(null);
    }

    ConfigChoice choice(@Nullable Integer port) {
        return new ConfigChoice(file, dataDir, port);
    }
}
