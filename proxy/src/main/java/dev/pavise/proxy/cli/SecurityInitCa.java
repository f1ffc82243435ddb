package dev.pavise.proxy.cli;

import dev.pavise.proxy.pki.Authority;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
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
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise security init-ca}. */
@Command(
        name = "init-ca",
        mixinStandardHelpOptions = true,
        description = "Makes a certificate authority: ca.crt, ca.key (0600), an empty revocation list ca.crl.")
final class SecurityInitCa implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CaOptions place = new CaOptions();

    @Option(
            names = "--cn",
            paramLabel = "NAME",
            description = "Its common name (default: Pavise CA and eight random digits, so that two are told apart).")
    private @Nullable String commonName;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "3650",
            description = "How long it is good (default: 3650). No certificate of its outlives it.")
    private int days;

    @Option(names = "--crl-days", paramLabel = "N", defaultValue = "30", description = SecurityList.DAYS)
    private int listDays;

    @Option(names = "--force", description = "Replaces one that is there; its files are kept as .old.")
    private boolean force;

    @Mixin
    private OutputOption output = new OutputOption();

    SecurityInitCa(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = place.folder(surroundings);
        Duration life = CaOptions.days("--days", days);
        Duration listLife = CaOptions.days("--crl-days", listDays);
        String name = commonName == null ? "Pavise CA " + eightDigits() : commonName;
        try (Authority made =
                PkiWork.told(() -> Authority.create(folder, name, life, listLife, force, surroundings.clock()))) {
            print(folder, made);
        }
        return ExitCode.DONE;
    }

    private void print(Path folder, Authority made) {
        Instant listDue = made.listDue();
        PrintWriter out = spec.commandLine().getOut();
        String subject = made.certificate().getSubjectX500Principal().getName();
        Instant end = made.certificate().getNotAfter().toInstant();
        if (output.json()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("ca", folder.resolve("ca.crt").toString());
            facts.put("key", folder.resolve("ca.key").toString());
            facts.put("crl", made.list().toString());
            facts.put("subject", subject);
            facts.put("not_after", end.toString());
            facts.put("crl_next_update", listDue.toString());
            out.println(JsonMapper.shared().writeValueAsString(facts));
            return;
        }
        out.println(folder.resolve("ca.crt") + ": authority `" + subject + "`, good until " + end
                + "; the gateway's tls.client_ca");
        out.println(made.list() + ": nothing revoked, due again by " + listDue + "; the gateway's tls.client_crl");
        out.println(folder.resolve("ca.key") + ": whoever reads it can be anybody; keep a copy where nobody else does");
    }

    private static String eightDigits() {
        return String.format("%08x", new SecureRandom().nextInt());
    }
}
