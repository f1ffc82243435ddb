package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the files of a log lie, and that they lie where they may. */
final class Layout {
    private static final Logger log = LoggerFactory.getLogger(Layout.class);

    private Layout() {}

    /** Whoever can write the folder must not be able to write key or anchor with it. */
    static void outside(AuditSettings settings) throws AuditOpenException {
        Path dir = settings.dir().toAbsolutePath().normalize();
        Path mirror = settings.mirror();
        List<Path> files = mirror == null
                ? List.of(settings.key(), settings.anchor())
                : List.of(settings.key(), settings.anchor(), mirror);
        for (Path file : files) {
            if (file.toAbsolutePath().normalize().startsWith(dir)) {
                throw new AuditOpenException("`" + file + "` lies inside the audit folder `" + settings.dir()
                        + "`; key, anchor and mirror belong outside it");
            }
        }
    }

    /** The public key beside the log is a convenience: where there is no room for it the start goes on. */
    static void publicKey(Path file, String pem) {
        try {
            if (!Files.exists(file) || !Texts.read(file).equals(pem)) {
                AtomicFile.replace(file, pem, false);
            }
        } catch (IOException e) {
            log.warn("public key {} cannot be written: {}", file, e.toString());
        }
    }

    static void prepare(Path dir) throws IOException {
        Path parent = dir.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (!Files.isDirectory(dir)) {
            Files.createDirectory(
                    dir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }
}
