package dev.pavise.auditlog.behind;

import java.util.function.LongSupplier;

/**
 * Has a thread behind the write path work in pieces of about 100 microseconds, and let whoever else waits for its core go first
 * between them: the scheduler alone would make an event loop wait for milliseconds. Used by one thread.
 *
 * <p>A yield and not a pause, as nothing is gained by leaving a core unused, and as a thread that others keep from working for
 * long would fall behind: the scheduler still gives it a share.
 */
public final class Pace {
    private static final long PIECE_NANOS = 100_000;
    /** Steps between two looks at the clock, as a mask. */
    private static final int STEPS = 15;

    private final LongSupplier nanoTime;
    private final Runnable letOthersGo;
    private long begun;
    private int steps;

    public Pace() {
        this(System::nanoTime, Thread::yield);
    }

    Pace(LongSupplier nanoTime, Runnable letOthersGo) {
        this.nanoTime = nanoTime;
        this.letOthersGo = letOthersGo;
        this.begun = nanoTime.getAsLong();
    }

    /** After what takes about a microsecond. */
    public void step() {
        steps++;
        if ((steps & STEPS) == 0) {
            breathe();
        }
    }

    /** After what takes some microseconds. */
    public void breathe() {
        if (nanoTime.getAsLong() - begun >= PIECE_NANOS) {
            letOthersGo.run();
            begun = nanoTime.getAsLong();
        }
    }
}
