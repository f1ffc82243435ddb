package dev.pavise.auditlog.store;

import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.Start;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Optional;
import java.util.function.Function;

/** Reads the notes about where the log was cut, and where it can be; what our key did not sign is as if it were not there. */
final class Cuts {
    private static final int MOST = 1 << 16;

    private Cuts() {}

    static Optional<Cut> read(AuditFolder folder, String origin, PublicKey key) throws IOException {
        return read(folder.cut(), text -> Cut.parse(text, origin, key));
    }

    static Optional<Start> start(AuditFolder folder, int segment, String origin, PublicKey key) throws IOException {
        return read(folder.start(segment), text -> Start.parse(text, origin, key));
    }

    private static <T> Optional<T> read(Path file, Function<String, Optional<T>> parse) throws IOException {
        try {
            boolean readable = Files.isRegularFile(file) && Files.size(file) <= MOST;
            return readable ? parse.apply(Texts.read(file)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
