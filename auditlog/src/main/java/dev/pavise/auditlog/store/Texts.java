package dev.pavise.auditlog.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text files that somebody may have damaged: what is no UTF-8 is read all the same, and then does not verify. */
final class Texts {
    private Texts() {}

    static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
