package dev.pavise.proxy.cli;

import dev.pavise.proxy.pki.Authority;
import dev.pavise.proxy.pki.PkiRefusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The option that says where the certificate authority is. */
final class CaOptions {
    private static final int MOST_DAYS = 36_500;

    @Option(
            names = "--ca-dir",
            paramLabel = "DIR",
            defaultValue = "ca",
            description = "The folder of the certificate authority (default: ca).")
    private Path folder = Path.of("ca");

    Path folder(Surroundings surroundings) {
        return surroundings.resolve(folder);
    }

    Authority open(Surroundings surroundings) throws IOException, PkiRefusal {
        return Authority.open(folder(surroundings), surroundings.clock());
    }

    static Duration days(String option, int days) {
        if (days < 1 || days > MOST_DAYS) {
            throw CommandFailure.misuse(option + " `" + days + "` does not lie between 1 and " + MOST_DAYS);
        }
        return Duration.ofDays(days);
    }
}
