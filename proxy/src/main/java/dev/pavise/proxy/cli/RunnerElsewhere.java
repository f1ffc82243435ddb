package dev.pavise.proxy.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Stands for {@code pavise runner} in the help text. The launcher starts that as a program of its own, with other jars than these. */
@Command(name = "runner", description = "Runs signed tools in a sandbox, for gateways.")
final class RunnerElsewhere implements Callable<Integer> {
    @Unmatched
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        throw CommandFailure.misuse("the runner is a program of its own; start it by the launcher: pavise runner "
                + String.join(" ", arguments));
    }
}
