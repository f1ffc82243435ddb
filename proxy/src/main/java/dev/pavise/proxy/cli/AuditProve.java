package dev.pavise.proxy.cli;

import dev.pavise.auditlog.proof.Prover;
import dev.pavise.auditlog.proof.Proving;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pavise audit prove}: a proof that stands for itself, of a record or of the growth of the log. */
@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        description = "Prints a proof that a record is in the signed log, or that the log goes on from a checkpoint."
                + " `pavise audit verify-proof` checks it with the public key alone.")
final class AuditProve implements Callable<Integer> {
    private static final long MOST_BYTES = 1 << 20;

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AuditPlace place = new AuditPlace();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "The id of the record.")
    private @Nullable String id;

    @Option(names = "--seq", paramLabel = "N", description = "The number of the record, instead of its id.")
    private @Nullable Long seq;

    @Option(
            names = "--from",
            paramLabel = "CHECKPOINT",
            description = "An older checkpoint: proves that the log goes on from it.")
    private @Nullable Path from;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to (default: standard output); such files end in .tlog-proof by custom.")
    private @Nullable Path output;

    AuditProve(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        if (Stream.of(id == null, seq == null, from == null)
                        .filter(absent -> !absent)
                        .count()
                != 1) {
            throw CommandFailure.misuse("name one thing to prove: ID, --seq or --from");
        }
        Prover prover = Prover.of(place.find(surroundings).trail());
        String proof = switch (proving(prover)) {
            case Proving.Proven proven -> proven.proof().text();
            case Proving.Extended extended -> extended.proof().text();
            case Proving.NotSignedYet late ->
                throw CommandFailure.wanting("record " + late.seq()
                        + " is not signed yet, the newest checkpoint covers " + late.signed()
                        + " records; a running gateway signs each second, so ask again in a second");
            case Proving.Unknown unknown -> throw CommandFailure.wanting("there is no " + unknown.what());
            case Proving.Removed removed ->
                throw CommandFailure.wanting(removed.what() + " cannot be proven: retention removed what lies"
                        + " before record " + removed.first());
            case Proving.Damaged damaged ->
                throw CommandFailure.wanting(
                        damaged.why() + "; `pavise audit verify` tells what is wrong with the log");
        };
        if (output == null || output.toString().equals("-")) {
            spec.commandLine().getOut().print(proof);
            spec.commandLine().getOut().flush();
        } else {
            byte[] bytes = proof.getBytes(StandardCharsets.UTF_8);
            WholeFile.write(surroundings.resolve(output), target -> target.write(bytes));
        }
        return ExitCode.DONE;
    }

    private Proving proving(Prover prover) throws IOException {
        if (id != null) {
            return prover.byId(id);
        }
        return seq != null ? prover.bySeq(seq) : prover.extending(checkpoint());
    }

    private String checkpoint() throws IOException {
        Path file = surroundings.resolve(java.util.Objects.requireNonNull(from));
        if (Files.size(file) > MOST_BYTES) {
            throw CommandFailure.wanting("`" + file + "` is too large to be a checkpoint");
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
