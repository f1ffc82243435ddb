package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.codec.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/** The signing key's file. */
final class KeyFile {
    private KeyFile() {}

    /** Reads the key, or makes one where the file is not there. */
    static SigningKey readOrMake(Path file) throws IOException {
        try {
            return SigningKey.parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            return make(file);
        } catch (GeneralSecurityException | IOException e) {
            throw new AuditOpenException(
                    "audit key `" + file + "` cannot be read as an Ed25519 key in PKCS#8 PEM: " + e.getMessage(), e);
        }
    }

    private static SigningKey make(Path file) throws IOException {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            SigningKey key = SigningKey.generate();
            AtomicFile.createPrivate(file, key.privatePem());
            return key;
        } catch (GeneralSecurityException e) {
            throw new AuditOpenException("this Java cannot make an Ed25519 key", e);
        }
    }
}
