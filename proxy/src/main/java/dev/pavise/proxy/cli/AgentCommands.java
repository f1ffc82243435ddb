package dev.pavise.proxy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code pavise agent}: signatures in the WebAssembly modules of agents. Works on files alone. */
@Command(name = "agent", description = "Signs and verifies the WebAssembly modules of agents.")
final class AgentCommands extends CommandGroup {
    private AgentCommands() {}

    /** The group with its commands in it. */
    static CommandLine line(Surroundings surroundings) {
        return new CommandLine(new AgentCommands())
                .addSubcommand(new AgentSign(surroundings))
                .addSubcommand(new AgentVerify(surroundings));
    }
}
