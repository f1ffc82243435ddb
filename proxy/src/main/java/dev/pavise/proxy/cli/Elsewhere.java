package dev.pavise.proxy.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Stands in the help text for a command that the launcher starts as a program of its own, with other jars than these. */
@Command
final class Elsewhere implements Callable<Integer> {
    @Unmatched
    private List<String> arguments = new ArrayList<>(); // filled by picocli

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Elsewhere() {}

    static CommandLine line(String name, String description) {
        CommandLine line = new CommandLine(new Elsewhere());
        line.getCommandSpec().name(name).usageMessage().description(description);
        return line;
    }

    @Override
    public Integer call() {
        throw CommandFailure.misuse("`" + spec.qualifiedName()
                + "` is a program of its own, with other libraries than these; start it by the launcher: "
                + spec.qualifiedName() + " " + String.join(" ", arguments));
    }
}
