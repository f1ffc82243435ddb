package dev.pavise.proxy.cli;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise tool keygen}. */
@Command(
        name = "keygen",
        mixinStandardHelpOptions = true,
        description = "Makes an Ed25519 key that signs: the private half (0600), and beside it the public half as .pub.")
final class ToolKeygen implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "Where the private half goes; the public one goes beside it (release.key: release.pub).")
    private Path output = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", description = "Whose key it is (default: the file's name).")
    private @Nullable String name;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "How long the public half says that it is trusted (default: until it is revoked).")
    private @Nullable Integer days;

    @Option(names = "--force", description = "Replaces files that are there.")
    private boolean force;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "What is printed: text (default) or json.")
    private ResultFormat format = ResultFormat.TEXT;

    ToolKeygen(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Path secret = surroundings.resolve(output);
        Path open = beside(secret);
        SigningKey key = SigningKey.generate();
        TrustedKey trusted = trusted(key, secret);
        SigningFiles.checkFree(secret, force);
        SigningFiles.checkFree(open, force);
        PrivateFiles.write(secret, key.privatePem().getBytes(StandardCharsets.US_ASCII));
        PrivateFiles.writeOpen(open, TrustedKeyText.write(trusted).getBytes(StandardCharsets.US_ASCII));
        print(secret, open, trusted);
        return ExitCode.DONE;
    }

    private static Path beside(Path secret) {
        if (secret.toString().endsWith(".pub")) {
            throw CommandFailure.misuse("`--output` names the private half, the public one is called .pub");
        }
        return secret.resolveSibling(base(secret) + ".pub");
    }

    private static String base(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private TrustedKey trusted(SigningKey key, Path secret) {
        Instant now = surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        try {
            String called = name == null ? base(secret) : name;
            return days == null
                    ? TrustedKey.always(called, key.verifyKey())
                    : new TrustedKey(called, key.verifyKey(), now, now.plus(CaOptions.days("--days", days)));
        } catch (IllegalArgumentException unfit) {
            throw CommandFailure.misuse(String.valueOf(unfit.getMessage()));
        }
    }

    private void print(Path secret, Path open, TrustedKey key) {
        PrintWriter out = spec.commandLine().getOut();
        boolean ends = !key.notAfter().equals(Instant.MAX);
        if (format == ResultFormat.JSON) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("key", secret.toString());
            facts.put("public_key", open.toString());
            facts.put("name", key.name());
            facts.put("key_id", key.id().text());
            if (ends) {
                facts.put("not_before", key.notBefore().toString());
                facts.put("not_after", key.notAfter().toString());
            }
            out.println(JsonMapper.shared().writeValueAsString(facts));
            return;
        }
        out.println(open + ": key `" + key.name() + "`, id " + key.id()
                + (ends ? ", trusted until " + key.notAfter() : "") + "; for the folder of trusted keys");
        out.println(secret + ": whoever reads it can sign for tools; keep it away from where they run");
    }
}
