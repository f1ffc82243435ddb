package dev.pavise.policy.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one YAML file by a shape, and reports everything that keeps it from being read. */
public final class ConfigText {

    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_ERRORS = 20;

    private ConfigText() {}

    /**
     * Reads a whole configuration, taking {@code ${VAR}} from the given environment.
     *
     * @param reader who reads, as errors call it: {@code manager}, {@code runner}
     * @param least what it has to hold at the least, said of a file that is empty
     */
    public static <T> LoadResult<T> load(
            Path file, EnvironmentLookup environment, String reader, Shape<T> shape, String least) {
        Reading reading = new Reading(file, environment, reader, Map.of());
        T config = read(file, shape, least, reading);
        return config == null || reading.failed()
                ? new LoadResult.Invalid<>(reading.errors(MOST_ERRORS))
                : new LoadResult.Loaded<>(config);
    }

    /** Reads one for whoever goes on with the same reading, and looks there for errors. */
    public static <T> @Nullable T read(Path file, Shape<T> shape, String least, Reading reading) {
        String text = text(file, reading);
        return text == null ? null : parse(text, file, shape, least, reading);
    }

    /** The same of a text that lies in no file, or not yet: {@code file} is what errors call it. */
    public static <T> @Nullable T parse(String text, Path file, Shape<T> shape, String least, Reading reading) {
        try {
            YamlNode root = YamlTree.parse(text);
            if (root != null) return shape.read(new Cursor(root, ""), reading);
            reading.error(Place.startOf(file), "is empty; the least it can hold is " + least);
        } catch (BadYamlException e) {
            reading.error(new Place(file, e.line(), e.column(), ""), e.problem());
        }
        return null;
    }

    private static @Nullable String text(Path file, Reading reading) {
        Place start = Place.startOf(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                reading.error(start, "is larger than 1 MiB");
                return null;
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            reading.error(start, "is not UTF-8 text");
        } catch (NoSuchFileException e) {
            reading.error(start, "does not exist");
        } catch (IOException e) {
            reading.error(start, "cannot be read; is it a file that " + reading.user() + " may read?");
        }
        return null;
    }
}
