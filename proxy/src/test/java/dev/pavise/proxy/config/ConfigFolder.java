package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pavise.policy.config.ConfigError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A folder with a configuration in it, and an environment of its own. */
final class ConfigFolder {

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();

    ConfigFolder(Path folder) {
        this.folder = folder;
    }

    ConfigFolder set(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Path write(String name, String text) {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path write(String name, byte[] bytes) {
        try {
            Files.createDirectories(folder.resolve(name).getParent());
            Path draft = Files.write(folder.resolve(name + ".draft"), bytes);
            return Files.move(draft, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Files that only have to be there. */
    ConfigFolder withFiles(String... names) {
        for (String name : names) write(name, "there");
        return this;
    }

    ConfigResult load(String yaml) {
        return load(yaml, ConfigOverrides.NONE);
    }

    ConfigResult load(String yaml, ConfigOverrides overrides) {
        return ConfigLoader.load(write("pavise.yaml", yaml), environment::get, overrides);
    }

    GatewayConfig good(String yaml) {
        return good(load(yaml));
    }

    static GatewayConfig good(ConfigResult result) {
        return switch (result) {
            case ConfigResult.Loaded loaded -> loaded.config();
            case ConfigResult.Invalid invalid -> throw new AssertionError(invalid.errors());
        };
    }

    List<ConfigError> errors(String yaml) {
        return assertInstanceOf(ConfigResult.Invalid.class, load(yaml), "was to be refused")
                .errors();
    }

    /** Errors as `line:column field: message`, without the folder. */
    List<String> shown(String yaml) {
        return errors(yaml).stream()
                .map(e -> e.place().line() + ":" + e.place().column() + " "
                        + e.place().field() + ": " + e.message())
                .toList();
    }
}
