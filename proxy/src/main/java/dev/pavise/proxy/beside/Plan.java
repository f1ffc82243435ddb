package dev.pavise.proxy.beside;

import dev.pavise.proxy.config.ToolsConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that is settled of a runner before it is started.
 *
 * @param own the folder of what the gateway has towards it, for nobody else
 */
public record Plan(
        ToolsConfig tools, ToolsConfig.LocalRunner how, RunnerProgram program, BesideFolder folder, Path own) {

    /** What came of a configuration: a plan, or why there is none. */
    public sealed interface Made {
        record Ready(Plan plan, List<String> warnings) implements Made {}

        record Refused(String problem) implements Made {}
    }

    /** Looks at users, programs and folders of this machine, and changes nothing. */
    public static Made of(ToolsConfig tools, ToolsConfig.LocalRunner how, Path gatewayDir) {
        Optional<RunnerProgram> program = RunnerProgram.shipped();
        if (program.isEmpty()) {
            return new Made.Refused(
                    "no runner came with this gateway; start it by the launcher `pavise`, or name a `runner` that runs elsewhere");
        }
        Path top = how.dataDir() == null ? gatewayDir.toAbsolutePath().normalize() : how.dataDir();
        List<Path> read = new ArrayList<>(program.get().read());
        read.add(tools.trustedKeys());
        List<Path> pass = new ArrayList<>(BesideFolder.above(top));
        pass.add(tools.trustedKeys());
        return switch (RunnerUser.choose(how.user(), read, pass)) {
            case Whom.Nobody(String problem) -> new Made.Refused("`local_runner`: " + problem);
            case Whom.Own own ->
                new Made.Ready(
                        plan(tools, how, program.get(), gatewayDir, own),
                        own.regrets().stream()
                                .map(why -> "the runner beside the gateway is root as the gateway is: " + why)
                                .toList());
            case Whom.Other other -> new Made.Ready(plan(tools, how, program.get(), gatewayDir, other), List.of());
        };
    }

    private static Plan plan(
            ToolsConfig tools, ToolsConfig.LocalRunner how, RunnerProgram program, Path gatewayDir, Whom whom) {
        BesideFolder folder = BesideFolder.of(how.dataDir(), gatewayDir, whom);
        return new Plan(tools, how, program, folder, gatewayDir.toAbsolutePath().resolve("runner-client"));
    }

    /** Whether another plan asks for the same process. */
    boolean isSame(Plan other) {
        return how.equals(other.how)
                && folder.equals(other.folder)
                && tools.trustedKeys().equals(other.tools.trustedKeys())
                && tools.policies().equals(other.tools.policies())
                && tools.content().equals(other.tools.content());
    }

    /** Where the key of its receipts is laid for everybody to read. */
    Path receiptKey() {
        return own.resolveSibling("receipt.pub");
    }

    /** Whom it runs as, in words. */
    public String described() {
        return folder.whom() instanceof Whom.Other user ? "user " + user.name() : "the gateway's own user";
    }
}
