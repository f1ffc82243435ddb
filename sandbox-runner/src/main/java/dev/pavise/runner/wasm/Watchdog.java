package dev.pavise.runner.wasm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Looks at every run a few hundred times a second and stops those that are over their time. Sleeps where there is none. */
final class Watchdog implements AutoCloseable {
    private static final long TICK_MS = 4;

    private final Set<Guarded> runs = ConcurrentHashMap.newKeySet();
    private final Semaphore arrivals = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    /** A run, as the watchdog sees it. */
    interface Guarded {
        /** Stops itself if it is over a limit. */
        void look();

        void cancel();
    }

    Watchdog() {
        thread = Thread.ofPlatform().name("wasm-watchdog").daemon(true).start(this::watch);
    }

    void add(Guarded run) {
        runs.add(run);
        arrivals.release();
    }

    void remove(Guarded run) {
        runs.remove(run);
    }

    private void watch() {
        try {
            while (!closed) {
                if (runs.isEmpty()) {
                    arrivals.acquire();
                } else {
                    arrivals.tryAcquire(TICK_MS, TimeUnit.MILLISECONDS);
                }
                arrivals.drainPermits();
                runs.forEach(Watchdog::look);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts it but close(), which comes when no run is left.
            closed = true;
        }
    }

    /** A run that cannot be looked at is not left to itself. */
    private static void look(Guarded run) {
        try {
            run.look();
        } catch (RuntimeException e) {
            run.cancel();
        }
    }

    /** Whether limits on time are being held. */
    boolean isAwake() {
        return thread.isAlive();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
