package dev.pavise.proxy.tool;

import dev.pavise.policy.signing.TrustedKeyFolder;
import dev.pavise.policy.signing.TrustedKeys;
import dev.pavise.proxy.tls.TlsMaterial;
import java.nio.file.Path;
import java.util.List;

/** What {@link TrustedKeyFolder} makes of the folder that a configuration names, as a change of configuration takes it. */
final class KeyFolder {
    private KeyFolder() {}

    static TlsMaterial<TrustedKeys> read(Path folder) {
        try {
            TrustedKeys keys = new TrustedKeyFolder(folder).read();
            return new TlsMaterial.Ready<>(
                    keys,
                    keys.all().isEmpty()
                            ? List.of("`" + folder + "` holds no key, so that no tool can be registered or run")
                            : List.of());
        } catch (TrustedKeyFolder.Unreadable unreadable) {
            return new TlsMaterial.Refused<>(List.of(unreadable.problem()));
        }
    }
}
