package dev.pavise.runner.wasm;

import org.jspecify.annotations.Nullable;

/**
 * Who ended a run: the module itself, or the first that stopped it. What comes second changes nothing: a run that ended by itself is not stopped
 * while its files are written back.
 */
final class Life {
    /** Why a run was stopped. */
    enum Cause {
        TIMEOUT,
        CPU,
        OUTPUT,
        CANCELLED
    }

    private final Thread thread;
    private boolean over;
    private @Nullable Cause cause;

    Life(Thread thread) {
        this.thread = thread;
    }

    /** Wakes the run's thread each time it is called, until the run is over. */
    synchronized void stop(Cause why) {
        if (over) return;
        if (cause == null) cause = why;
        thread.interrupt();
    }

    /** Says, on the run's own thread, that the module runs no more. Whoever stopped it before is returned; nobody can from here on. */
    synchronized @Nullable Cause end() {
        over = true;
        Thread.interrupted();
        return cause;
    }

    synchronized boolean isStopped() {
        return cause != null;
    }
}
