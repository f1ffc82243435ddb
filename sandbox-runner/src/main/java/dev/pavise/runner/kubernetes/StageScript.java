package dev.pavise.runner.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The first program of a pod, the same for every run. */
final class StageScript {
    static final String TEXT = read();

    private StageScript() {}

    private static String read() {
        try (InputStream in = StageScript.class.getResourceAsStream("stage.sh")) {
            if (in == null) {
                throw new IllegalStateException("stage.sh is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("stage.sh cannot be read", e);
        }
    }
}
