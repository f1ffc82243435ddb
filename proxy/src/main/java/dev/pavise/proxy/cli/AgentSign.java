package dev.pavise.proxy.cli;

import dev.pavise.policy.module.ModuleSignature;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise agent sign}. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        description = "Signs a WebAssembly module: the signature goes into its first section, another one there is replaced.")
final class AgentSign implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--wasm", paramLabel = "FILE", required = true, description = "The module.")
    private Path wasm = Path.of("");

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "The private key, PKCS#8 in PEM.")
    private Path key = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "Where the signed module goes.")
    private Path output = Path.of("");

    @Option(names = "--force", description = "Replaces a file that is there, also the module itself.")
    private boolean force;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "What is printed: text (default) or json.")
    private ResultFormat format = ResultFormat.TEXT;

    AgentSign(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        SigningKey signer = SigningFiles.key(surroundings.resolve(key));
        Path module = surroundings.resolve(wasm);
        byte[] bytes = SigningFiles.whole(module, ModuleSignature.MAX_MODULE);
        byte[] signed = SigningFiles.fit(module, () -> ModuleSignature.sign(bytes, signer));
        Path target = surroundings.resolve(output);
        SigningFiles.checkFree(target, force);
        PrivateFiles.writeOpen(target, signed);
        print(target, signer);
        return ExitCode.DONE;
    }

    private void print(Path target, SigningKey signer) {
        PrintWriter out = spec.commandLine().getOut();
        if (format == ResultFormat.JSON) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("wasm", target.toString());
            facts.put("key_id", signer.verifyKey().id().text());
            out.println(JsonMapper.shared().writeValueAsString(facts));
        } else {
            out.println(target + ": signed by key " + signer.verifyKey().id());
        }
    }
}
