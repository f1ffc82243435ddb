package dev.pavise.proxy.cli;

import dev.pavise.proxy.pem.Pem;
import dev.pavise.proxy.pki.Authority;
import dev.pavise.proxy.pki.PkiRefusal;
import dev.pavise.proxy.pki.RevocationReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise security revoke}. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description =
                "Revokes a certificate for good, and writes the revocation list ca.crl anew. It is in force where the"
                        + " gateway's tls.client_crl names that file, or once it is copied there.")
final class SecurityRevoke implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CaOptions place = new CaOptions();

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The certificate.")
    private @Nullable Path file;

    @Option(names = "--serial", paramLabel = "HEX", description = "Its serial number, where the file is not at hand.")
    private @Nullable String serial;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            defaultValue = "unspecified",
            description = "${COMPLETION-CANDIDATES}; in any case (default: unspecified).")
    private RevocationReason reason = RevocationReason.UNSPECIFIED;

    @Option(names = "--crl-days", paramLabel = "N", defaultValue = "30", description = SecurityList.DAYS)
    private int listDays;

    @Mixin
    private OutputOption output = new OutputOption();

    SecurityRevoke(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private record Done(BigInteger serial, boolean already, Path list, Instant due) {}

    @Override
    public Integer call() throws IOException {
        if ((file == null) == (serial == null)) {
            throw CommandFailure.misuse("name the certificate: by its file or by --serial");
        }
        Duration listLife = CaOptions.days("--crl-days", listDays);
        Done done = PkiWork.told(() -> {
            try (Authority authority = place.open(surroundings)) {
                BigInteger which = file == null ? known(authority) : own(authority, surroundings.resolve(file));
                boolean already = authority.revoke(which, reason, listLife).isEmpty();
                return new Done(which, already, authority.list(), authority.listDue());
            }
        });
        print(done);
        return ExitCode.DONE;
    }

    private BigInteger known(Authority authority) throws PkiRefusal {
        String text = String.valueOf(serial).replace(":", "");
        if (!text.matches("[0-9a-fA-F]{1,40}")) {
            throw CommandFailure.misuse("--serial `" + text + "` is not a hexadecimal number");
        }
        BigInteger number = new BigInteger(text, 16);
        if (authority.issued(number).isEmpty()) {
            throw new PkiRefusal("the authority has issued no certificate with serial " + number.toString(16));
        }
        return number;
    }

    private static BigInteger own(Authority authority, Path file)
            throws dev.pavise.proxy.pem.BadMaterialException, PkiRefusal {
        X509Certificate certificate = Pem.certificates(file).getFirst();
        if (!authority.issued(certificate) || certificate.equals(authority.certificate())) {
            throw new PkiRefusal(file + ": is not a certificate that this authority issued");
        }
        return certificate.getSerialNumber();
    }

    private void print(Done done) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("serial", done.serial().toString(16));
            facts.put("already_revoked", done.already());
            facts.put("crl", done.list().toString());
            facts.put("crl_next_update", done.due().toString());
            out.println(JsonMapper.shared().writeValueAsString(facts));
            return;
        }
        out.println("serial " + done.serial().toString(16) + (done.already() ? ": was revoked already" : ": revoked"));
        out.println(done.list() + ": written anew, due again by " + done.due());
    }
}
