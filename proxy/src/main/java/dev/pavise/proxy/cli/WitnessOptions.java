package dev.pavise.proxy.cli;

import dev.pavise.auditlog.codec.WitnessKey;
import dev.pavise.auditlog.verify.Witnessed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which witness must have cosigned a log. */
final class WitnessOptions {
    @Option(
            names = "--witness-key",
            paramLabel = "KEY",
            description =
                    "Verifier key of a witness, or a file that holds it: a checkpoint must be cosigned by it, and the log"
                            + " must be the one that it cosigned, whoever holds the signing key.")
    private @Nullable String key;

    @Option(
            names = "--cosigned",
            paramLabel = "FILE",
            description = "The newest cosigned checkpoint (default: beside the anchor, in it, or in the folder).")
    private @Nullable Path cosigned;

    @Option(
            names = "--cosigned-within",
            paramLabel = "SPAN",
            description = "How old the newest cosignature may be, such as 1h (default: any age).")
    private @Nullable String within;

    /** What is asked for; null where it is nothing. */
    @Nullable
    Witnessed witnessed(Surroundings surroundings) {
        String named = key;
        if (named == null) {
            if (cosigned != null || within != null) {
                throw CommandFailure.misuse("--cosigned and --cosigned-within need --witness-key");
            }
            return null;
        }
        Instant since = within == null
                ? null
                : surroundings.clock().instant().minus(TimeText.span("--cosigned-within", within));
        return new Witnessed(
                read(named, surroundings), cosigned == null ? null : surroundings.resolve(cosigned), since);
    }

    private static WitnessKey read(String named, Surroundings surroundings) {
        try {
            String text = named.indexOf('+') >= 0 ? named : Files.readString(surroundings.resolve(Path.of(named)));
            return WitnessKey.parse(text);
        } catch (IOException unreadable) {
            throw CommandFailure.misuse("--witness-key `" + named + "` cannot be read");
        } catch (GeneralSecurityException unfit) {
            throw CommandFailure.misuse("--witness-key: " + unfit.getMessage());
        }
    }
}
