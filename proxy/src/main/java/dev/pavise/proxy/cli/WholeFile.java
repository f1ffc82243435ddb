package dev.pavise.proxy.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file under another name and renames it at the end, so that nobody takes a part of it for the whole. Only its owner can read it. */
final class WholeFile {
    private WholeFile() {}

    /** Writes what the file is to hold. */
    interface Content {
        void writeTo(OutputStream target) throws IOException;
    }

    static void write(Path file, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(String.valueOf(folder));
        }
        Path part = Files.createTempFile(folder, "." + file.getFileName(), ".part");
        try {
            try (OutputStream target = Files.newOutputStream(part)) {
                content.writeTo(target);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
