package dev.pavise.proxy.cli;

import dev.pavise.proxy.logging.Terminal;
import java.io.PrintWriter;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** A line that tells, several times a second, how far long work has come. It is shown on terminals only, and cleared at the end. */
final class Progress implements LongConsumer {
    private static final long INTERVAL_NANOS = 200_000_000L;

    private final PrintWriter err;
    private final boolean shown;
    private final String done;
    private final LongSupplier nanoClock;
    private long toldNanos;
    private boolean told;

    /** @param done what the number counts: {@code records checked} */
    Progress(PrintWriter err, String done) {
        this(err, Terminal.onStandardError(), done, System::nanoTime);
    }

    Progress(PrintWriter err, boolean shown, String done, LongSupplier nanoClock) {
        this.err = err;
        this.shown = shown;
        this.done = done;
        this.nanoClock = nanoClock;
        this.toldNanos = nanoClock.getAsLong();
    }

    @Override
    public void accept(long count) {
        long now = nanoClock.getAsLong();
        if (shown && now - toldNanos >= INTERVAL_NANOS) {
            toldNanos = now;
            told = true;
            err.print("\r" + count + " " + done);
            err.flush();
        }
    }

    void end() {
        if (told) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
