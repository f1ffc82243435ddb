package dev.pavise.logging;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Where all loggers write: decides by level, leaves out repeated warnings, formats and writes whole lines. It knows no secrets and
 * removes none: whoever logs must not hand any in.
 */
final class LogSink {
    private static final String OWN = "dev.pavise.";

    /** It warns at each start that JNA is missing, which is left out on purpose: nothing here binds a thread to a processor. */
    private static final String AFFINITY = "net.openhft.affinity.";

    private final LogLevel level;
    private final LogFormat format;
    private final OutputStream out;
    private final InstantSource clock;
    private final LogThrottle throttle;

    LogSink(LogLevel level, LogFormat format, OutputStream out, InstantSource clock, LongSupplier nanoClock) {
        this.level = level;
        this.format = format;
        this.out = out;
        this.clock = clock;
        this.throttle = new LogThrottle(nanoClock);
    }

    /** Libraries say what matters as warnings; what they tell below that is of use only when one is searching. */
    boolean isEnabled(String logger, Level asked) {
        if (logger.startsWith(OWN) || level.compareTo(LogLevel.INFO) < 0) {
            return level.admits(asked);
        }
        Level least = logger.startsWith(AFFINITY) ? Level.ERROR : Level.WARN;
        return level.admits(asked) && asked.toInt() >= least.toInt();
    }

    void write(Level asked, String logger, String template, String message, @Nullable Throwable error) {
        long suppressed = 0;
        if (asked.toInt() >= Level.WARN.toInt()) {
            suppressed = throttle.admit(logger, template);
        }
        if (suppressed == LogThrottle.LEAVE_OUT) {
            return;
        }
        String thread = Thread.currentThread().getName();
        LogEvent event = new LogEvent(clock.instant(), asked, logger, thread, template, message, error, suppressed);
        byte[] line = format.format(event).getBytes(StandardCharsets.UTF_8);
        writeWhole(line);
    }

    @SuppressWarnings("EmptyCatch") // there is no place left to tell that the log cannot be written
    private synchronized void writeWhole(byte[] line) {
        try {
            out.write(line);
            out.flush();
        } catch (java.io.IOException e) {
        }
    }
}
