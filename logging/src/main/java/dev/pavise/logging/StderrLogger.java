package dev.pavise.logging;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger that hands everything to the one sink. */
final class StderrLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient LogSink sink;

    StderrLogger(String name, LogSink sink) {
        this.name = name;
        this.sink = sink;
    }

    @Override
    public boolean isTraceEnabled() {
        return sink.isEnabled(name, Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return sink.isEnabled(name, Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return sink.isEnabled(name, Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return sink.isEnabled(name, Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return sink.isEnabled(name, Level.ERROR);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String template,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable error) {
        String asked = String.valueOf(template);
        String message = String.valueOf(MessageFormatter.basicArrayFormat(asked, arguments));
        sink.write(level, name, asked, message, error);
    }
}
