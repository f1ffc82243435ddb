package dev.pavise.runner;

import dev.pavise.policy.config.EnvironmentLookup;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Where the {@code pavise} launcher enters for {@code pavise runner}; the arguments are those behind that word. */
public final class RunnerMain {
    private RunnerMain() {}

    public static void main(String[] arguments) {
        CountDownLatch stopped = new CountDownLatch(1);
        for (String signal : List.of("TERM", "INT", "HUP")) {
            Signals.on(signal, () -> stop(stopped));
        }
        RunnerCommand command = new RunnerCommand(new ShippedBackends(), EnvironmentLookup.ofProcess(), stopped);
        System.exit(RunnerCommand.run(
                command,
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                arguments));
    }

    /** A second signal ends the process at once, for whoever cannot wait for the draining. */
    private static void stop(CountDownLatch stopped) {
        if (stopped.getCount() == 0) {
            Runtime.getRuntime().halt(RunnerCommand.WANTING);
        }
        stopped.countDown();
    }
}
