package dev.pavise.proxy.cli;

import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.expiry.ConfiguredCertificates;
import dev.pavise.proxy.expiry.Dated;
import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pem.Pem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise security cert-status}. */
@Command(
        name = "cert-status",
        mixinStandardHelpOptions = true,
        description = "Tells how long certificates and revocation lists are good: those of the files, or all that the"
                + " configuration names. Exit code 1 where one has expired, is about to, or is revoked.")
final class SecurityStatus implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigSource source = new ConfigSource();

    @Mixin
    private CaOptions place = new CaOptions();

    @Parameters(paramLabel = "FILES", description = "PEM files (default: those of the configuration).")
    private List<Path> files = List.of();

    @Option(
            names = "--crl",
            paramLabel = "FILE",
            description = "A revocation list to look into (default: that of the configuration and of --ca-dir).")
    private @Nullable Path list;

    @Option(
            names = "--warn",
            paramLabel = "SPAN",
            defaultValue = "30d",
            description = "How long before its end a certificate counts as about to expire (default: 30d).")
    private String warn = "30d";

    @Mixin
    private OutputOption output = new OutputOption();

    SecurityStatus(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Duration margin = TimeText.span("--warn", warn);
        List<Dated> dated = new ArrayList<>();
        List<X509CRL> lists = PkiWork.told(() -> look(dated));
        Instant now = surroundings.clock().instant();
        List<CertificateStatus> all = dated.stream()
                .map(each -> CertificateStatus.of(each, lists, margin, now))
                .toList();
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            out.println(JsonMapper.shared()
                    .writeValueAsString(
                            all.stream().map(status -> status.facts(now)).toList()));
        } else {
            all.forEach(status -> out.println(status.line(now)));
        }
        return all.stream().allMatch(CertificateStatus::isGood) ? ExitCode.DONE : ExitCode.WANTING;
    }

    private List<X509CRL> look(List<Dated> dated) throws BadMaterialException {
        List<X509CRL> lists = new ArrayList<>();
        if (list != null) lists.addAll(Pem.revocationLists(surroundings.resolve(list)));
        Path ofAuthority = place.folder(surroundings).resolve("ca.crl");
        if (list == null && Files.exists(ofAuthority)) lists.addAll(Pem.revocationLists(ofAuthority));
        if (files.isEmpty()) {
            GatewayConfig config = config();
            ConfiguredCertificates named = ConfiguredCertificates.of(config);
            if (!named.problems().isEmpty()) throw new BadMaterialException(String.join("\n", named.problems()));
            dated.addAll(named.dated());
            Path configured = config.tls().clientCrl();
            if (list == null && configured != null) lists.addAll(Pem.revocationLists(configured));
        } else if (source.choice().file() != null || source.choice().dataDir() != null) {
            throw CommandFailure.misuse("name either files or --config");
        }
        for (Path file : files) dated.addAll(read(file));
        return lists;
    }

    private List<Dated> read(Path file) throws BadMaterialException {
        Path here = surroundings.resolve(file);
        try {
            return Dated.certificates(file.toString(), here);
        } catch (BadMaterialException noCertificate) {
            try {
                return Dated.lists(file.toString(), here);
            } catch (BadMaterialException noList) {
                throw noCertificate;
            }
        }
    }

    private GatewayConfig config() {
        return switch (source.choice().load(surroundings)) {
            case ConfigResult.Loaded loaded -> loaded.config();
            case ConfigResult.Invalid invalid ->
                throw CommandFailure.wanting(invalid.errors().getFirst().toString());
        };
    }
}
