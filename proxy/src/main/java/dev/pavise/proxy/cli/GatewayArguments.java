package dev.pavise.proxy.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the plain forms of {@code pavise gateway} without picocli, whose reading of annotations is a quarter of the CPU of a start. What is not
 * plain (help, a misspelling, an option given twice) is left to picocli, so that there is one place that explains.
 */
final class GatewayArguments {
    private @Nullable Path file;
    private @Nullable Path dataDir;
    private @Nullable Integer port;

    private GatewayArguments() {}

    /** What the arguments choose, if they are those of the gateway in a plain form. */
    static Optional<ConfigChoice> plain(List<String> arguments) {
        if (arguments.isEmpty()
                || !(arguments.getFirst().equals("gateway")
                        || arguments.getFirst().equals("serve"))) {
            return Optional.empty();
        }
        GatewayArguments read = new GatewayArguments();
        for (int i = 1; i < arguments.size(); i += 2) {
            if (i + 1 == arguments.size() || !read.take(arguments.get(i), arguments.get(i + 1))) {
                return Optional.empty();
            }
        }
        return Optional.of(new ConfigChoice(read.file, read.dataDir, read.port));
    }

    private boolean take(String option, String value) {
        if (value.isEmpty() || value.startsWith("-")) {
            return false;
        }
        try {
            return switch (option) {
                case "--config", "-c" -> file == null && config(Path.of(value));
                case "--data-dir" -> dataDir == null && data(Path.of(value));
                case "--port" -> port == null && port(Integer.parseInt(value));
                default -> false;
            };
        } catch (InvalidPathException | NumberFormatException unfit) {
            return false;
        }
    }

    private boolean config(Path given) {
        file = given;
        return true;
    }

    private boolean data(Path given) {
        dataDir = given;
        return true;
    }

    private boolean port(int given) {
        port = given;
        return true;
    }
}
