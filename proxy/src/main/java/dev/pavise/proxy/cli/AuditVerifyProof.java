package dev.pavise.proxy.cli;

import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.proof.Proof;
import dev.pavise.auditlog.proof.ProofCheck;
import dev.pavise.auditlog.proof.ProofResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise audit verify-proof}: checks a proof with the public key alone, far from any log. */
@Command(
        name = "verify-proof",
        mixinStandardHelpOptions = true,
        description = "Checks what `pavise audit prove` printed, and prints the record that it proves.")
final class AuditVerifyProof implements Callable<Integer> {
    private static final int MOST_BYTES = 4 << 20;

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The proof; - reads standard input.")
    private Path file = Path.of("-");

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            required = true,
            description = "The log's public key, in PEM, from a source that is trusted.")
    private Path publicKey = Path.of("");

    @Option(
            names = "--origin",
            paramLabel = "NAME",
            description = "The log's name (default: the one that the proof names).")
    private @Nullable String origin;

    @Mixin
    private OutputOption output = new OutputOption();

    AuditVerifyProof(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        String text = text();
        ProofResult result = ProofCheck.check(text, key(), Optional.ofNullable(origin));
        PrintWriter out = spec.commandLine().getOut();
        out.println(output.json() ? json(result, text) : words(result, text));
        return result.holds() ? ExitCode.DONE : ExitCode.WANTING;
    }

    private String text() throws IOException {
        try (InputStream source =
                file.toString().equals("-") ? System.in : Files.newInputStream(surroundings.resolve(file))) {
            byte[] bytes = source.readNBytes(MOST_BYTES + 1);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private PublicKey key() throws IOException {
        Path named = surroundings.resolve(publicKey);
        try {
            return SigningKey.parsePublic(Files.readString(named));
        } catch (GeneralSecurityException | java.nio.charset.CharacterCodingException e) {
            throw new IOException("`" + named + "` is not an Ed25519 public key in PEM", e);
        }
    }

    private static String words(ProofResult result, String text) {
        return switch (result) {
            case ProofResult.Included included ->
                "record " + included.seq() + " (" + included.id() + ") is in the log `"
                        + included.checkpoint().origin() + "` of "
                        + included.checkpoint().size() + " records:\n" + record(text);
            case ProofResult.Extended extended ->
                "the log `" + extended.newer().origin() + "` of "
                        + extended.newer().size() + " records goes on from that of "
                        + extended.older().size();
            case ProofResult.RecordAbsent absent ->
                "NOT proven: record_absent: the signed log of "
                        + absent.checkpoint().size() + " records does not have this record under number "
                        + absent.seq();
            case ProofResult.NotExtended not ->
                "NOT proven: not_extended: the signed log of " + not.newer().size()
                        + " records does not begin with that of "
                        + not.older().size() + ", or the path between them is wrong";
            case ProofResult.NotSigned not -> "NOT proven: not_signed: " + not.why();
            case ProofResult.Malformed malformed -> "NOT proven: malformed: " + malformed.why();
        };
    }

    /** What stands in a record was checked to be what was signed, but not what it does to a terminal. */
    private static String record(String text) {
        return Proof.parse(text)
                .map(proof -> Printable.text(new String(proof.line(), StandardCharsets.UTF_8)))
                .orElse("");
    }

    private static String json(ProofResult result, String text) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("holds", result.holds());
        switch (result) {
            case ProofResult.Included included -> {
                facts.put("seq", included.seq());
                facts.put("id", included.id());
                facts.put("origin", included.checkpoint().origin());
                facts.put("size", included.checkpoint().size());
                facts.put(
                        "record",
                        Proof.parse(text)
                                .map(proof -> new String(proof.line(), StandardCharsets.UTF_8))
                                .orElse(""));
            }
            case ProofResult.Extended extended -> {
                facts.put("origin", extended.newer().origin());
                facts.put("from", extended.older().size());
                facts.put("size", extended.newer().size());
            }
            case ProofResult.RecordAbsent absent -> fail(facts, "record_absent", words(absent, text));
            case ProofResult.NotExtended not -> fail(facts, "not_extended", words(not, text));
            case ProofResult.NotSigned not -> fail(facts, "not_signed", not.why());
            case ProofResult.Malformed malformed -> fail(facts, "malformed", malformed.why());
        }
        return JsonMapper.shared().writeValueAsString(facts);
    }

    private static void fail(Map<String, Object> facts, String code, String detail) {
        facts.put("code", code);
        facts.put("detail", detail);
    }
}
