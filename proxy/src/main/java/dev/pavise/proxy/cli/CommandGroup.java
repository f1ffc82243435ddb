package dev.pavise.proxy.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only holds others: called by itself it means nothing. */
@Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
abstract sealed class CommandGroup implements Runnable
        permits AgentCommands,
                AuditCommands,
                AuthCommands,
                ConfigCommands,
                KubernetesCommands,
                PolicyCommands,
                SecurityCommands,
                ToolCommands {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command of " + spec.qualifiedName());
    }
}
