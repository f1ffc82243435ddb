package dev.pavise.logging;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.InstantSource;
import java.time.ZoneId;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * What SLF4J binds to: log lines on standard error, as JSON for collectors or as plain text on a terminal. {@code PAVISE_LOG_LEVEL} sets
 * the level (default {@code info}), {@code PAVISE_LOG_FORMAT} ({@code json} or {@code plain}) overrides the guess at the reader. Identical warnings
 * are written once a second, with the number of those left out.
 *
 * <p>A binding of our own, not one of SLF4J's, since those no longer know a message's template by which repetitions are told, and take part in
 * the start time.
 */
public final class StderrLogging implements SLF4JServiceProvider {
    private static final String SLF4J_API = "2.0.99";
    private static final String DEFAULT_LEVEL = "pavise.log.level";

    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();
    private final LogSink sink = new LogSink(
            chosenLevel(),
            chosenFormat(),
            new FileOutputStream(FileDescriptor.err),
            InstantSource.system(),
            System::nanoTime);
    private final ILoggerFactory loggers = new StderrLoggers(sink);

    @Override
    public ILoggerFactory getLoggerFactory() {
        return loggers;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return SLF4J_API;
    }

    @Override
    public void initialize() {}

    /** Sets the level for a process whose environment sets none. To be called before the first logger is made; later it does nothing. */
    public static void defaultTo(LogLevel level) {
        System.setProperty(DEFAULT_LEVEL, level.name());
    }

    // A level that does not exist is told by the command line before anything starts; here it must not leave us without
    // a log.
    private static LogLevel chosenLevel() {
        String name = System.getenv("PAVISE_LOG_LEVEL");
        return LogLevel.named(name == null ? System.getProperty(DEFAULT_LEVEL, "info") : name)
                .orElse(LogLevel.INFO);
    }

    private static LogFormat chosenFormat() {
        String name = System.getenv("PAVISE_LOG_FORMAT");
        boolean plain = "plain".equals(name) || (!"json".equals(name) && Terminal.onStandardError());
        return plain ? new PlainFormat(ZoneId.systemDefault()) : new JsonFormat();
    }
}
