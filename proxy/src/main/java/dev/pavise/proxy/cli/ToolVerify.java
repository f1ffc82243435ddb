package dev.pavise.proxy.cli;

import dev.pavise.policy.tool.Admission;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.ManifestResult;
import dev.pavise.policy.tool.MeasuredContent;
import dev.pavise.policy.tool.PolicyName;
import dev.pavise.policy.tool.Reach;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolManifest;
import dev.pavise.policy.tool.ToolPolicies;
import dev.pavise.policy.tool.ToolPolicy;
import dev.pavise.policy.tool.ToolVerifier;
import dev.pavise.policy.tool.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise tool verify}: the checks that come before every run, without running anything. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the checks of docs/tools.md on a signed manifest, or on the DSSE envelope of one.",
            "What policy `custom` allows stands in the configuration, and is not checked here.",
            "Exit code 0: all of them pass; 1: one does not."
        })
final class ToolVerify implements Callable<Integer> {
    private static final int MOST_MANIFEST = 128 * 1024;

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--manifest", paramLabel = "FILE", required = true, description = "The signed manifest.")
    private Path manifest = Path.of("");

    @Option(names = "--content", paramLabel = "FILE", description = "The tool itself; left out, it is not checked.")
    private @Nullable Path content;

    @Mixin
    private TrustOptions trust = new TrustOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    ToolVerify(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        ManifestResult read = ManifestReader.read(SigningFiles.whole(surroundings.resolve(manifest), MOST_MANIFEST));
        ToolVerifier verifier = new ToolVerifier(trust.keys(surroundings), policies(read), surroundings.clock());
        ToolVerdict verdict = content == null ? withoutContent(verifier, read) : withContent(verifier, read, content);
        verdict.print(spec.commandLine().getOut(), output.format());
        return verdict.verified() ? ExitCode.DONE : ExitCode.WANTING;
    }

    private ToolVerdict withContent(ToolVerifier verifier, ManifestResult read, Path file) throws IOException {
        MeasuredContent measured = SigningFiles.content(surroundings.resolve(file));
        return switch (verifier.verify(read, digest -> Optional.of(measured))) {
            case Refused refused -> ToolVerdict.refused(refused);
            case Verification.Verified verified ->
                ToolVerdict.verified(
                        verified.tool().manifest(),
                        verified.tool().signer(),
                        verified.tool().kind());
        };
    }

    private static ToolVerdict withoutContent(ToolVerifier verifier, ManifestResult read) {
        return switch (verifier.admit(read)) {
            case Refused refused -> ToolVerdict.refused(refused);
            case Admission.Admitted admitted ->
                ToolVerdict.verified(
                        admitted.manifest().manifest(), admitted.manifest().signer(), null);
        };
    }

    private static ToolPolicies policies(ManifestResult read) {
        return read instanceof ManifestResult.Present(SignedManifest signed)
                        && signed.manifest().policy() == PolicyName.CUSTOM
                ? new ToolPolicies(Map.of(signed.manifest().toolId(), asAsked(signed.manifest())), List.of())
                : ToolPolicies.BUILT_IN;
    }

    /** A policy that allows what this manifest asks for, in place of the configured one, which is not known here. */
    private static ToolPolicy asAsked(ToolManifest asking) {
        return new ToolPolicy(
                PolicyName.CUSTOM.text(),
                asking.maxMemoryMb(),
                asking.maxCpuSeconds(),
                ToolPolicy.DEFAULT.wall(),
                0,
                new Reach.Only(List.copyOf(asking.files())),
                new Reach.Only(List.copyOf(asking.endpoints())));
    }
}
