package dev.pavise.logging;

/** How an event becomes text. The text ends in a line feed and has no other line feed that the event brought in. */
sealed interface LogFormat permits JsonFormat, PlainFormat {
    String format(LogEvent event);
}
