package dev.pavise.logging;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** For people at a terminal. What could move their cursor or feign a line of ours is shown as an escape. */
final class PlainFormat implements LogFormat {
    private final DateTimeFormatter time;

    PlainFormat(ZoneId zone) {
        time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(zone);
    }

    @Override
    public String format(LogEvent event) {
        StringBuilder line = new StringBuilder(160);
        line.append(time.format(event.time())).append(' ');
        line.append(String.format(Locale.ROOT, "%-5s ", event.level()));
        printable(line, event.message());
        if (event.suppressed() > 0) {
            line.append(" (and ").append(event.suppressed()).append(" more like it)");
        }
        line.append('\n');
        Throwable error = event.error();
        if (error != null) {
            StackText.of(error).lines().forEach(text -> {
                line.append("  ");
                printable(line, text);
                line.append('\n');
            });
        }
        return line.toString();
    }

    private static void printable(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (Character.isISOControl(letter) && letter != '\t') {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
            } else {
                line.append(letter);
            }
        }
    }
}
