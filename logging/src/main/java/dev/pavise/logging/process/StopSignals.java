package dev.pavise.logging.process;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The signals by which a process is told to end: it drains first. A second one ends it at once, for whoever cannot wait. */
public final class StopSignals {
    private static final int AT_ONCE = 1;

    private StopSignals() {}

    /**
     * From here on these signals are ours: one that comes during a start is not lost.
     *
     * @return counts down to zero once one of them has come
     */
    public static CountDownLatch on(String... names) {
        CountDownLatch stopped = new CountDownLatch(1);
        for (String name : List.of(names)) {
            Signals.on(name, () -> stop(stopped));
        }
        return stopped;
    }

    private static void stop(CountDownLatch stopped) {
        if (stopped.getCount() == 0) {
            Runtime.getRuntime().halt(AT_ONCE);
        }
        stopped.countDown();
    }
}
