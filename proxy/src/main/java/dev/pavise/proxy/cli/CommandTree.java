package dev.pavise.proxy.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * All commands by name. Only the one that was asked for is read by picocli, so that the start of the gateway does not pay for the help
 * text of the others.
 */
@Command(
        name = "pavise",
        mixinStandardHelpOptions = true,
        version = "pavise 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        description = "The gateway that an AI agent runtime stands behind.",
        footer = {"", "pavise COMMAND --help tells more. Exit codes: 0 done, 1 refused or found wanting, 2 misuse."})
final class CommandTree implements Runnable {
    /** Commands of the contract that later parts bring. */
    private static final Set<String> NOT_BUILT = Set.of(
            "runner", "manager", "injector", "k8s", "tool", "agent", "deploy", "security", "auth", "policy", "doctor");

    private static final Map<String, Supplier<Object>> COMMANDS = Map.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    static int run(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        return run(List.of(arguments), out, err);
    }

    static int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        if (NOT_BUILT.contains(first)) {
            err.println("pavise: " + first + " is not built yet");
            return ExitCode.MISUSE;
        }
        CommandLine line = new CommandLine(new CommandTree());
        COMMANDS.forEach((name, command) -> {
            if (name.equals(first) || !COMMANDS.containsKey(first)) {
                line.addSubcommand(name, command.get());
            }
        });
        return line.setOut(out).setErr(err).execute(arguments.toArray(new String[0]));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
    }
}
