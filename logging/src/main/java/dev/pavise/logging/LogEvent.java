package dev.pavise.logging;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * One thing to be logged.
 *
 * @param template the message with its {@code {}} places unfilled, which is what repetitions are told by
 * @param suppressed how many of the same template were left out since the last that was written
 */
record LogEvent(
        Instant time,
        Level level,
        String logger,
        String thread,
        String template,
        String message,
        @Nullable Throwable error,
        long suppressed) {}
