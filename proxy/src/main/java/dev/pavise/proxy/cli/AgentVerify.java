package dev.pavise.proxy.cli;

import dev.pavise.policy.module.ModuleSignature;
import dev.pavise.policy.signing.Signer;
import dev.pavise.policy.signing.TrustedKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise agent verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Tells who signed a WebAssembly module, all of it.",
            "Exit code 0: somebody who is trusted; 1: nobody who is."
        })
final class AgentVerify implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--wasm", paramLabel = "FILE", required = true, description = "The signed module.")
    private Path wasm = Path.of("");

    @Mixin
    private TrustOptions trust = new TrustOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    AgentVerify(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Path module = surroundings.resolve(wasm);
        byte[] bytes = SigningFiles.whole(module, ModuleSignature.MAX_MODULE);
        Signer signer = ModuleSignature.judge(
                bytes, trust.keys(surroundings), surroundings.clock().instant());
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                output.json() ? JsonMapper.shared().writeValueAsString(facts(module, signer)) : words(module, signer));
        return signer instanceof Signer.Trusted ? ExitCode.DONE : ExitCode.WANTING;
    }

    private static String words(Path module, Signer signer) {
        return switch (signer) {
            case Signer.Trusted(TrustedKey key) -> module + ": signed by `" + key.name() + "`, key " + key.id();
            case Signer.Distrusted distrusted -> module + ": NOT verified: " + distrusted.reason();
        };
    }

    private static Map<String, Object> facts(Path module, Signer signer) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("wasm", module.toString());
        facts.put("verified", signer instanceof Signer.Trusted);
        switch (signer) {
            case Signer.Trusted(TrustedKey key) -> {
                facts.put("signer", key.name());
                facts.put("key_id", key.id().text());
            }
            case Signer.Distrusted distrusted -> {
                facts.put("code", distrusted.why().name().toLowerCase(Locale.ROOT));
                facts.put("detail", distrusted.reason());
            }
        }
        return facts;
    }
}
