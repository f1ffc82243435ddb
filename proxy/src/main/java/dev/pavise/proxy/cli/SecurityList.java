package dev.pavise.proxy.cli;

import dev.pavise.proxy.pki.Authority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise security gen-crl}. */
@Command(
        name = "gen-crl",
        mixinStandardHelpOptions = true,
        description = "Writes the revocation list ca.crl anew, with nothing more revoked. A list that is past its time"
                + " refuses every certificate of the authority, so this belongs into a timer.")
final class SecurityList implements Callable<Integer> {
    static final String DAYS = "When the revocation list is due again (default: 30).";

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private CaOptions place = new CaOptions();

    @Option(names = "--crl-days", paramLabel = "N", defaultValue = "30", description = DAYS)
    private int listDays;

    @Mixin
    private OutputOption output = new OutputOption();

    SecurityList(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Duration life = CaOptions.days("--crl-days", listDays);
        Path list = place.folder(surroundings).resolve("ca.crl");
        Instant due = PkiWork.told(() -> {
            try (Authority authority = place.open(surroundings)) {
                authority.writeList(life);
                return authority.listDue();
            }
        });
        spec.commandLine()
                .getOut()
                .println(
                        output.json()
                                ? JsonMapper.shared()
                                        .writeValueAsString(
                                                Map.of("crl", list.toString(), "crl_next_update", due.toString()))
                                : list + ": written anew, due again by " + due);
        return ExitCode.DONE;
    }
}
