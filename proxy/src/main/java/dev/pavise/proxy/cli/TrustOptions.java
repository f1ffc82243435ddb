package dev.pavise.proxy.cli;

import dev.pavise.policy.signing.Revocations;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyFolder;
import dev.pavise.policy.signing.TrustedKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom a command that verifies believes. Somebody has to be named: there is no default. */
final class TrustOptions {
    @Option(names = "--trusted-keys", paramLabel = "DIR", description = "The folder of trusted keys.")
    private @Nullable Path folder;

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            description = "A public key in PEM instead; may be given several times.")
    private List<Path> files = new ArrayList<>();

    TrustedKeys keys(Surroundings surroundings) {
        if ((folder == null) == files.isEmpty()) {
            throw CommandFailure.misuse("name whom to trust, either by --trusted-keys or by --public-key");
        }
        try {
            if (folder != null) {
                return new TrustedKeyFolder(surroundings.resolve(folder)).read();
            }
            List<TrustedKey> keys = new ArrayList<>();
            for (Path file : files) {
                keys.add(TrustedKeyFolder.key(surroundings.resolve(file)));
            }
            return new TrustedKeys(keys, Revocations.NONE);
        } catch (TrustedKeyFolder.Unreadable unreadable) {
            throw CommandFailure.wanting(unreadable.problem());
        } catch (IllegalArgumentException unfit) {
            throw CommandFailure.wanting(String.valueOf(unfit.getMessage()));
        }
    }
}
