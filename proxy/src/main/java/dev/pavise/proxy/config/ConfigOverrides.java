package dev.pavise.proxy.config;

import dev.pavise.policy.config.Reading;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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

    private static final String DATA_DIR = "data_dir";
    private static final String PORT = "port";

    /** No override: the file alone decides. */
    public static final ConfigOverrides NONE = new ConfigOverrides(null, null);

    /** The form in which a load carries them along. */
    Map<String, String> texts() {
        Map<String, String> texts = new HashMap<>();
        if (dataDir != null) texts.put(DATA_DIR, dataDir.toString());
        if (port != null) texts.put(PORT, port.toString());
        return texts;
    }

    static @Nullable Path dataDir(Reading reading) {
        String text = reading.override(DATA_DIR);
        return text == null ? null : Path.of(text);
    }

    static @Nullable Integer port(Reading reading) {
        String text = reading.override(PORT);
        return text == null ? null : Integer.valueOf(text);
    }
}
