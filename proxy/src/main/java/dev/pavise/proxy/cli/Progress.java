package dev.pavise.proxy.cli;

import dev.pavise.logging.Terminal;
import java.io.PrintWriter;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** A bar that tells, several times a second, how many of so many records are done. It is shown on terminals only, and cleared at the end. */
final class Progress implements LongConsumer {
    /** The total of what nobody can count beforehand. */
    static final long UNKNOWN = -1;

    private static final long INTERVAL_NANOS = 200_000_000L;
    private static final int WIDTH = 30;

    private final PrintWriter err;
    private final boolean shown;
    private final long total;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private long first = -1;
    private long toldNanos;
    private boolean told;

    Progress(PrintWriter err, long total) {
        this(err, Terminal.onStandardError(), total, System::nanoTime);
    }

    Progress(PrintWriter err, boolean shown, long total, LongSupplier nanoClock) {
        this.err = err;
        this.shown = shown;
        this.total = total;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        this.toldNanos = startNanos;
    }

    /** So many are done by now. What was done by an earlier run tells nothing of how fast this one is. */
    @Override
    public void accept(long done) {
        if (first < 0) {
            first = done;
        }
        long now = nanoClock.getAsLong();
        if (shown && now - toldNanos >= INTERVAL_NANOS) {
            toldNanos = now;
            told = true;
            err.print("\r" + text(total == UNKNOWN ? done : Math.min(done, total), (now - startNanos) / 1e9)
                    + "\u001b[K");
            err.flush();
        }
    }

    private String text(long done, double seconds) {
        if (total == UNKNOWN) {
            return done + " records";
        }
        int filled = total == 0 ? 0 : (int) (WIDTH * done / total);
        double perSecond = (done - first) / seconds;
        String left = perSecond < 1 ? "" : ", " + Math.round((total - done) / perSecond) + " s left";
        return "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + done + " of " + total + " records" + left;
    }

    void end() {
        if (told) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
