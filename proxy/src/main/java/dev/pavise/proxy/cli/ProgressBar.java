package dev.pavise.proxy.cli;

import dev.pavise.auditlog.verify.VerifyProgress;
import dev.pavise.logging.Terminal;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A line that tells how much of long work is done, how fast it goes, and how long it will take. On terminals only; cleared at the end. */
final class ProgressBar implements VerifyProgress {
    private static final long INTERVAL_NANOS = 200_000_000L;
    private static final int WIDTH = 30;

    private final PrintWriter err;
    private final boolean shown;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private long toldNanos;
    private boolean told;

    ProgressBar(PrintWriter err) {
        this(err, Terminal.onStandardError(), System::nanoTime);
    }

    ProgressBar(PrintWriter err, boolean shown, LongSupplier nanoClock) {
        this.err = err;
        this.shown = shown;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        this.toldNanos = startNanos;
    }

    @Override
    public void at(long records, long bytes, long total) {
        long now = nanoClock.getAsLong();
        if (shown && total > 0 && now - toldNanos >= INTERVAL_NANOS) {
            toldNanos = now;
            told = true;
            err.print("\r" + text(records, bytes, total, (now - startNanos) / 1e9) + "\u001b[K");
            err.flush();
        }
    }

    private static String text(long records, long bytes, long total, double seconds) {
        int filled = (int) (WIDTH * bytes / total);
        double perSecond = bytes / seconds;
        String left = perSecond < 1 ? "" : ", " + time(Math.round((total - bytes) / perSecond)) + " left";
        return String.format(
                Locale.ROOT,
                "[%s%s] %d%% %d records, %.0f MB/s%s",
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                100 * bytes / total,
                records,
                perSecond / 1e6,
                left);
    }

    private static String time(long seconds) {
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }

    void end() {
        if (told) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
