package dev.pavise.proxy.cli;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.MeasuredContent;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolManifest;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise tool sign}. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        description = "Signs a manifest, and with that what the tool may do. The key is named in key_id.")
final class ToolSign implements Callable<Integer> {
    private static final int MOST_MANIFEST = 64 * 1024;

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            required = true,
            description = "The manifest; a signature that it has is replaced.")
    private Path manifest = Path.of("");

    @Option(
            names = "--content",
            paramLabel = "FILE",
            description = "The tool itself: gives sha256_hash where the manifest does not, and is compared where it does.")
    private @Nullable Path content;

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "The private key, PKCS#8 in PEM.")
    private Path key = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where the signed manifest goes (default: standard output).")
    private @Nullable Path output;

    @Option(names = "--envelope", description = "Writes a DSSE envelope, for other tools that check such.")
    private boolean envelope;

    @Option(names = "--force", description = "Replaces a file that is there.")
    private boolean force;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "What is printed beside: text (default) or json.")
    private ResultFormat format = ResultFormat.TEXT;

    ToolSign(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        SigningKey signer = SigningFiles.key(surroundings.resolve(key));
        ToolManifest draft = draft().withKeyId(signer.verifyKey().id());
        SignedManifest signed = SignedManifest.sign(draft, signer);
        byte[] json = envelope ? signed.envelope().json() : signed.json();
        String written = ascii(new String(json, StandardCharsets.UTF_8));
        PrintWriter out = spec.commandLine().getOut();
        if (output == null) {
            out.println(written);
            return ExitCode.DONE;
        }
        Path target = surroundings.resolve(output);
        SigningFiles.checkFree(target, force);
        PrivateFiles.writeOpen(target, (written + "\n").getBytes(StandardCharsets.US_ASCII));
        print(out, target, draft, signer);
        return ExitCode.DONE;
    }

    /** The same JSON, whatever the terminal or whoever copies it makes of other letters. */
    private static String ascii(String json) {
        StringBuilder out = new StringBuilder(json.length());
        for (int at = 0; at < json.length(); at++) {
            char c = json.charAt(at);
            if (c < 127) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        return out.toString();
    }

    private ToolManifest draft() throws IOException {
        Path file = surroundings.resolve(manifest);
        byte[] bytes = SigningFiles.whole(file, MOST_MANIFEST);
        if (content == null) {
            return SigningFiles.fit(file, () -> ManifestReader.draft(bytes));
        }
        MeasuredContent measured = SigningFiles.content(surroundings.resolve(content));
        return SigningFiles.fit(file, () -> ManifestReader.draft(bytes, measured));
    }

    private void print(PrintWriter out, Path target, ToolManifest signed, SigningKey signer) {
        if (format == ResultFormat.JSON) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("manifest", target.toString());
            facts.put("tool_id", signed.toolId());
            facts.put("version", signed.version().toString());
            facts.put("sha256_hash", signed.sha256());
            facts.put("key_id", signer.verifyKey().id().text());
            out.println(JsonMapper.shared().writeValueAsString(facts));
        } else {
            out.println(target + ": tool " + signed.title() + ", signed by key "
                    + signer.verifyKey().id());
        }
    }
}
