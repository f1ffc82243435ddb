package dev.pavise.proxy.cli;

import dev.pavise.auditlog.export.Origin;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * All commands by name. Only the one that was asked for is read by picocli, so that the start of the gateway does not pay for the
 * others.
 */
@Command(
        name = "pavise",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "The gateway that an AI agent runtime stands behind.",
        footer = {"", "pavise COMMAND --help tells more. Exit codes: 0 done, 1 refused or found wanting, 2 misuse."})
final class CommandTree implements Runnable {
    private static final String VERSION = "pavise " + Origin.PRODUCT_VERSION;

    /** Commands that are planned, and refused until they are there. */
    private static final Set<String> NOT_BUILT = Set.of("deploy");

    private static final Map<String, Function<Surroundings, Object>> COMMANDS = commands();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private static Map<String, Function<Surroundings, Object>> commands() {
        Map<String, Function<Surroundings, Object>> commands = new LinkedHashMap<>();
        commands.put("demo", DemoCommand::new);
        commands.put("gateway", GatewayCommand::new);
        commands.put("serve", GatewayCommand::new);
        commands.put("audit", AuditCommands::line);
        commands.put("auth", AuthCommands::new);
        commands.put("config", ConfigCommands::new);
        commands.put("policy", PolicyCommands::new);
        commands.put("security", SecurityCommands::line);
        commands.put("tool", ToolCommands::line);
        commands.put("agent", AgentCommands::line);
        commands.put("k8s", KubernetesCommands::line);
        commands.put("runner", ignored -> Elsewhere.line("runner", "Runs signed tools in a sandbox, for gateways."));
        commands.put(
                "manager",
                ignored -> Elsewhere.line("manager", "Looks after gateways and their Deployments in a cluster."));
        commands.put(
                "injector", ignored -> Elsewhere.line("injector", "Puts gateways into pods, as the API server asks."));
        commands.put("doctor", DoctorCommand::new);
        return commands;
    }

    static int run(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        return run(List.of(arguments), Surroundings.ofProcess(), out, err);
    }

    static int run(List<String> arguments, Surroundings surroundings, PrintWriter out, PrintWriter err) {
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        if (NOT_BUILT.contains(first)) {
            err.println("pavise: " + first + " is not built yet");
            return ExitCode.MISUSE;
        }
        Optional<ConfigChoice> gateway = GatewayArguments.plain(arguments);
        if (gateway.isPresent()) {
            return GatewayRun.of(gateway.get(), surroundings, out, err);
        }
        int code = line(first, surroundings).setOut(out).setErr(err).execute(arguments.toArray(new String[0]));
        out.flush();
        return code;
    }

    private static CommandLine line(String first, Surroundings surroundings) {
        CommandLine line = new CommandLine(new CommandTree());
        boolean known = COMMANDS.containsKey(first);
        COMMANDS.forEach((name, command) -> {
            // `serve` is another name of `gateway`, which its own annotation tells to the help text.
            if (known ? name.equals(first) : !name.equals("serve")) {
                line.addSubcommand(command.apply(surroundings));
            }
        });
        tellVersion(line);
        return line.setParameterExceptionHandler(CommandTree::misused)
                .setExecutionExceptionHandler(CommandTree::failed)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static void tellVersion(CommandLine line) {
        line.getCommandSpec().version(VERSION);
        line.getSubcommands().values().forEach(CommandTree::tellVersion);
    }

    private static int misused(ParameterException misuse, String[] arguments) {
        CommandLine where = misuse.getCommandLine();
        where.getErr().println("pavise: " + misuse.getMessage());
        where.getErr().println("see: " + where.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.MISUSE;
    }

    private static int failed(Exception failure, CommandLine where, ParseResult asked) throws Exception {
        if (failure instanceof CommandFailure told) {
            where.getErr().println("pavise: " + told.getMessage());
            return told.exitCode();
        }
        if (failure instanceof IOException unreadable) {
            where.getErr().println("pavise: " + WhatFailed.text(unreadable));
            return ExitCode.WANTING;
        }
        throw failure;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }
}
