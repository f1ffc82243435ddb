package dev.pavise.auditlog.export;

import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where exported records come from, as exports name it.
 *
 * @param log the log's name, as it stands in its checkpoints
 * @param version of the product that exports
 */
public record Origin(String log, String version) {
    /** The version of this product. */
    public static final String PRODUCT_VERSION = "0.1.0";

    /** What a log is called whose folder does not tell. */
    public static final String UNNAMED = "pavise/audit";

    private static final int MAX_NOTE = 1 << 20;

    /** The name that a folder's newest checkpoint gives it. It is not checked here: it is a name, not a proof. */
    public static Origin of(Path dir) throws IOException {
        Path checkpoint = new AuditFolder(dir).checkpoint();
        try {
            if (Files.size(checkpoint) <= MAX_NOTE) {
                String text = new String(Files.readAllBytes(checkpoint), StandardCharsets.UTF_8);
                String name = text.lines().findFirst().orElse("");
                return named(name.matches("[!-~]{1,200}") ? name : UNNAMED);
            }
        } catch (NoSuchFileException e) {
            // A log that has no checkpoint yet.
        }
        return named(UNNAMED);
    }

    /** A log of this name, exported by this version. */
    public static Origin named(String log) {
        return new Origin(log, PRODUCT_VERSION);
    }
}
