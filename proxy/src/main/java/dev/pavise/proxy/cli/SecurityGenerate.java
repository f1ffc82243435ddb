package dev.pavise.proxy.cli;

import dev.pavise.proxy.pki.Authority;
import dev.pavise.proxy.pki.CertificatePair;
import dev.pavise.proxy.pki.CertificateUse;
import dev.pavise.proxy.pki.Keys;
import dev.pavise.proxy.pki.SubjectNames;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise security gen-client-cert}, {@code gen-node-cert} and {@code gen-server-cert}. */
@Command(mixinStandardHelpOptions = true)
final class SecurityGenerate implements Callable<Integer> {
    private final Surroundings surroundings;
    private final CertificateUse use;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CaOptions place = new CaOptions();

    @Mixin
    private NameOptions names = new NameOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "Where the certificate goes; the key goes beside it (client.pem: client-key.pem).")
    private Path output = Path.of("");

    @Mixin
    private IssueOptions issue = new IssueOptions();

    private SecurityGenerate(Surroundings surroundings, CertificateUse use) {
        this.surroundings = surroundings;
        this.use = use;
    }

    static CommandLine line(Surroundings surroundings, CertificateUse use) {
        CommandLine line = new CommandLine(new SecurityGenerate(surroundings, use));
        line.setCommandName("gen-" + use.code() + "-cert");
        line.getCommandSpec()
                .usageMessage()
                .description(
                        switch (use) {
                            case CLIENT ->
                                "Makes the key and certificate of a caller. Its name is the SPIFFE ID, else the first host"
                                        + " name, else the common name.";
                            case NODE -> "Makes the key and certificate of a node that calls and is called.";
                            case SERVER ->
                                "Makes the key and certificate of a server, for its host names and addresses.";
                        });
        return line;
    }

    @Override
    public Integer call() throws IOException {
        Duration life = issue.life();
        SubjectNames wanted = names.names();
        CertificatePair pair = CertificatePair.of(surroundings.resolve(output));
        MadeCertificate made = PkiWork.told(() -> {
            try (Authority authority = place.open(surroundings)) {
                pair.checkFree(issue.force());
                KeyPair keys = Keys.generate();
                X509Certificate issued = authority.issue(wanted, use, keys.getPublic(), life);
                pair.write(issued, keys.getPrivate());
                return MadeCertificate.of(issued, pair.certificate(), pair.key(), authority);
            }
        });
        made.print(
                spec.commandLine().getOut(),
                issue.format(),
                surroundings.clock().instant());
        return ExitCode.DONE;
    }
}
