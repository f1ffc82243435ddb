package dev.pavise.proxy.cli;

import dev.pavise.proxy.pem.Pem;
import dev.pavise.proxy.pki.Authority;
import dev.pavise.proxy.pki.CertificatePair;
import dev.pavise.proxy.pki.Keys;
import dev.pavise.proxy.pki.PkiRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pavise security renew}. */
@Command(
        name = "renew",
        mixinStandardHelpOptions = true,
        description =
                "Puts a new certificate of the same names in the place of one, with a new key. The old files are kept as"
                        + " .old; a gateway that serves them takes the new ones up by itself.")
final class SecurityRenew implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CaOptions place = new CaOptions();

    @Parameters(paramLabel = "FILE", description = "The certificate.")
    private Path file = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Its key (default: beside it, client.pem: client-key.pem).")
    private @Nullable Path key;

    @Option(names = "--keep-key", description = "Makes the new certificate for the same key, which is not touched.")
    private boolean keepKey;

    @Option(names = "--days", paramLabel = "N", description = "How long (default: as long as the old one).")
    private @Nullable Integer days;

    @Mixin
    private OutputOption output = new OutputOption();

    SecurityRenew(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        if (keepKey && key != null) throw CommandFailure.misuse("--keep-key and --key do not go together");
        Path certificate = surroundings.resolve(file);
        CertificatePair pair = key == null
                ? CertificatePair.of(certificate)
                : new CertificatePair(certificate, surroundings.resolve(key));
        MadeCertificate made = PkiWork.told(() -> {
            X509Certificate old = Pem.certificates(certificate).getFirst();
            Duration life = days == null ? life(old) : CaOptions.days("--days", days);
            try (Authority authority = place.open(surroundings)) {
                X509Certificate fresh = keepKey ? renew(authority, pair, old, life) : rekey(authority, pair, old, life);
                return MadeCertificate.of(fresh, certificate, keepKey ? null : pair.key(), authority);
            }
        });
        made.print(
                spec.commandLine().getOut(),
                output.format(),
                surroundings.clock().instant());
        return ExitCode.DONE;
    }

    private static X509Certificate renew(Authority authority, CertificatePair pair, X509Certificate old, Duration life)
            throws IOException, java.security.GeneralSecurityException, PkiRefusal {
        X509Certificate fresh = authority.reissue(old, old.getPublicKey(), life);
        pair.replace(fresh);
        return fresh;
    }

    private static X509Certificate rekey(Authority authority, CertificatePair pair, X509Certificate old, Duration life)
            throws IOException, java.security.GeneralSecurityException, PkiRefusal {
        if (!Files.exists(pair.key())) {
            throw new PkiRefusal(
                    pair.key() + ": there is no such key; name it by --key, or renew the certificate for the"
                            + " same key by --keep-key");
        }
        KeyPair keys = Keys.generate();
        X509Certificate fresh = authority.reissue(old, keys.getPublic(), life);
        pair.replace(fresh, keys.getPrivate());
        return fresh;
    }

    /** In whole days, as certificates begin a little before they are made. */
    private static Duration life(X509Certificate old) {
        Duration whole = Duration.between(
                        old.getNotBefore().toInstant(), old.getNotAfter().toInstant())
                .truncatedTo(ChronoUnit.DAYS);
        return whole.isZero() ? Duration.ofDays(1) : whole;
    }
}
