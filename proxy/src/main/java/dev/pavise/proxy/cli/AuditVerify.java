package dev.pavise.proxy.cli;

import dev.pavise.auditlog.verify.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise audit verify}: checks the files, whether a gateway is running or not. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Tells whether every record is there, in its place, and as it was signed; names what is not.")
final class AuditVerify implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AuditPlace place = new AuditPlace();

    @Option(
            names = "--anchor",
            paramLabel = "FILE",
            description = "The newest checkpoint, kept outside the folder (default: the gateway's own).")
    private @Nullable Path anchor;

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            description = "The key to trust, in PEM (default: that of the gateway's signing key).")
    private @Nullable Path publicKey;

    @Option(
            names = "--since",
            paramLabel = "CHECKPOINT",
            description =
                    "A checkpoint up to which the log was verified before: only what came after is read, and has to"
                            + " go on from exactly that log.")
    private @Nullable Path since;

    @Mixin
    private WitnessOptions witness = new WitnessOptions();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many threads read and hash (default: one for each processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private OutputOption output = new OutputOption();

    AuditVerify(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        if (threads < 1 || threads > 1024) {
            throw CommandFailure.misuse("--threads `" + threads + "` is not a number from 1 to 1024");
        }
        AuditPlace.Found found = place.find(surroundings);
        PrintWriter out = spec.commandLine().getOut();
        ProgressBar progress = new ProgressBar(spec.commandLine().getErr());
        Verification result = new AuditCheck(found, resolve(anchor), resolve(publicKey))
                .run(
                        request -> request.withSince(resolve(since))
                                .withThreads(threads)
                                .withWitnessed(witness.witnessed(surroundings)),
                        progress);
        progress.end();
        if (output.json()) {
            out.println(VerificationText.json(result));
        } else {
            VerificationText.lines(found.trail(), result).forEach(out::println);
        }
        return result instanceof Verification.Whole ? ExitCode.DONE : ExitCode.WANTING;
    }

    private @Nullable Path resolve(@Nullable Path given) {
        return given == null ? null : surroundings.resolve(given);
    }
}
