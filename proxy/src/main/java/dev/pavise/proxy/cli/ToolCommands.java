package dev.pavise.proxy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code pavise tool}: keys that sign for tools, and the manifests that they sign. Works on files alone. */
@Command(
        name = "tool",
        description = "Makes keys, signs and verifies the manifests of tools.",
        footer = {"", "Whoever can read the private key can sign for tools that will run. See docs/tools.md."})
final class ToolCommands extends CommandGroup {
    private ToolCommands() {}

    /** The group with its commands in it. */
    static CommandLine line(Surroundings surroundings) {
        return new CommandLine(new ToolCommands())
                .addSubcommand(new ToolKeygen(surroundings))
                .addSubcommand(new ToolSign(surroundings))
                .addSubcommand(new ToolVerify(surroundings));
    }
}
