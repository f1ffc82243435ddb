package dev.pavise.runner;

import dev.pavise.logging.process.StopSignals;
import dev.pavise.policy.config.EnvironmentLookup;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/** Where the {@code pavise} launcher enters for {@code pavise runner}; the arguments are those behind that word. */
public final class RunnerMain {
    private RunnerMain() {}

    public static void main(String[] arguments) {
        CountDownLatch stopped = StopSignals.on("TERM", "INT", "HUP");
        RunnerCommand command = new RunnerCommand(new ShippedBackends(), EnvironmentLookup.ofProcess(), stopped);
        System.exit(RunnerCommand.run(
                command,
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                arguments));
    }
}
