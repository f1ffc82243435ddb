package dev.pavise.proxy.cli;

import dev.pavise.proxy.pem.PrivateFiles;
import dev.pavise.proxy.pki.Authority;
import dev.pavise.proxy.pki.CertificatePair;
import dev.pavise.proxy.pki.CertificateUse;
import dev.pavise.proxy.pki.SigningRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise security sign-csr}. */
@Command(
        name = "sign-csr",
        mixinStandardHelpOptions = true,
        description = "Makes a certificate for somebody who has the key already: from a signing request (PKCS #10).")
final class SecuritySignCsr implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CaOptions place = new CaOptions();

    @Mixin
    private NameOptions names = new NameOptions();

    @Option(names = "--csr", paramLabel = "FILE", required = true, description = "The request, in PEM.")
    private Path request = Path.of("");

    @Option(
            names = "--accept-names",
            description = "Signs the names that stand in the request, instead of names given here.")
    private boolean acceptNames;

    @Option(
            names = "--use",
            paramLabel = "USE",
            defaultValue = "client",
            description = "client (default), node or server.")
    private CertificateUse use = CertificateUse.CLIENT;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "Where the certificate goes.")
    private Path output = Path.of("");

    @Mixin
    private IssueOptions issue = new IssueOptions();

    SecuritySignCsr(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        if (acceptNames == names.isGiven()) {
            throw CommandFailure.misuse(
                    "say whom the certificate is for: either --cn, --dns, --ip, --spiffe, or --accept-names to take what"
                            + " the request says");
        }
        Duration life = issue.life();
        Path target = surroundings.resolve(output);
        MadeCertificate made = PkiWork.told(() -> {
            SigningRequest asked = SigningRequest.read(surroundings.resolve(request), use);
            try (Authority authority = place.open(surroundings)) {
                CertificatePair.checkFree(target, issue.force());
                X509Certificate issued =
                        authority.issue(acceptNames ? asked.names() : names.names(), use, asked.key(), life);
                PrivateFiles.writeCertificates(target, List.of(issued));
                return MadeCertificate.of(issued, target, null, authority);
            }
        });
        made.print(
                spec.commandLine().getOut(),
                issue.format(),
                surroundings.clock().instant());
        return ExitCode.DONE;
    }
}
