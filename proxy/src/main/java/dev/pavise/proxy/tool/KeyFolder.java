package dev.pavise.proxy.tool;

import dev.pavise.policy.signing.TrustedKeyFolder;
import dev.pavise.policy.signing.TrustedKeys;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;

/**
 * The folder of the keys that may sign tools, as {@link TrustedKeyFolder} reads it. All of it is understood, or none is believed: a
 * file that cannot be read might be a revocation, and a folder that every user can write is anybody's.
 */
final class KeyFolder {
    private KeyFolder() {}

    static TlsMaterial<TrustedKeys> read(Path folder) {
        try {
            if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
                return refused("`" + folder + "` can be written by every user; take that away: chmod o-w " + folder);
            }
            TrustedKeys keys = TrustedKeyFolder.read(folder);
            return new TlsMaterial.Ready<>(
                    keys,
                    keys.all().isEmpty()
                            ? List.of("`" + folder + "` holds no key, so that no tool can be registered or run")
                            : List.of());
        } catch (IOException unreadable) {
            return refused("`" + folder + "` cannot be read: " + unreadable.getMessage());
        } catch (IllegalArgumentException unfit) {
            return refused(String.valueOf(unfit.getMessage()));
        }
    }

    private static TlsMaterial<TrustedKeys> refused(String why) {
        return new TlsMaterial.Refused<>(List.of(why));
    }
}
