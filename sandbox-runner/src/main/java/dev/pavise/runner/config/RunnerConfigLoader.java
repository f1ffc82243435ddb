package dev.pavise.runner.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads {@code runner.yaml}. Never throws for anything that a file may hold: whatever is wrong comes back as errors, as many at once as can be told apart. */
public final class RunnerConfigLoader {
    /** How many errors of one configuration are listed. */
    public static final int MOST_ERRORS = 20;

    private static final int MOST_BYTES = 1 << 20;

    private RunnerConfigLoader() {}

    /** Reads a file, taking {@code ${VAR}} from the given environment. */
    public static ConfigResult load(Path file, EnvironmentLookup environment) {
        Reading reading = new Reading(file, environment);
        RunnerConfig config = read(file, reading);
        return config == null || reading.failed()
                ? new ConfigResult.Invalid(reading.errors(MOST_ERRORS))
                : new ConfigResult.Loaded(config);
    }

    private static @Nullable RunnerConfig read(Path file, Reading reading) {
        String text = text(file, reading);
        if (text == null) {
            return null;
        }
        try {
            YamlNode root = YamlTree.parse(text);
            if (root != null) {
                return RunnerSection.SECTION.read(new Cursor(root, ""), reading);
            }
            reading.error(1, 1, "", "is empty; the least it can hold is tls and trusted_keys");
        } catch (BadYamlException e) {
            reading.error(e.line(), e.column(), "", e.problem());
        }
        return null;
    }

    private static @Nullable String text(Path file, Reading reading) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                reading.error(1, 1, "", "is larger than 1 MiB");
                return null;
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            reading.error(1, 1, "", "is not UTF-8 text");
        } catch (NoSuchFileException e) {
            reading.error(1, 1, "", "does not exist");
        } catch (IOException e) {
            reading.error(1, 1, "", "cannot be read; is it a file that the runner's user may read?");
        }
        return null;
    }
}
