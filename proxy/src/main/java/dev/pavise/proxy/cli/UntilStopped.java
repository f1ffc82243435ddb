package dev.pavise.proxy.cli;

import java.util.concurrent.CountDownLatch;

/** Waits for {@code SIGTERM} or {@code SIGINT}. A second one ends the process at once, for whoever cannot wait for the draining. */
final class UntilStopped {
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** From here on the signals are ours: one that comes during the start is not lost. */
    UntilStopped() {
        Signals.on("TERM", this::stop);
        Signals.on("INT", this::stop);
    }

    private void stop() {
        if (stopped.getCount() == 0) {
            Runtime.getRuntime().halt(ExitCode.WANTING);
        }
        stopped.countDown();
    }

    void await() throws InterruptedException {
        stopped.await();
    }
}
