package dev.pavise.logging;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One JSON object on one line, for collectors: {@code time}, {@code level}, {@code logger}, {@code thread}, {@code message}. */
final class JsonFormat implements LogFormat {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Override
    public String format(LogEvent event) {
        StringBuilder line = new StringBuilder(256);
        line.append("{\"time\":\"").append(TIME.format(event.time()));
        line.append("\",\"level\":\"")
                .append(event.level().name().toLowerCase(Locale.ROOT))
                .append('"');
        field(line, "logger", event.logger());
        field(line, "thread", event.thread());
        field(line, "message", event.message());
        if (event.suppressed() > 0) {
            line.append(",\"suppressed\":").append(event.suppressed());
        }
        Throwable error = event.error();
        if (error != null) {
            field(line, "error", error.toString());
            field(line, "stack", StackText.of(error));
        }
        return line.append("}\n").toString();
    }

    private static void field(StringBuilder line, String name, String value) {
        line.append(",\"").append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            escape(line, value.charAt(i));
        }
        line.append('"');
    }

    private static void escape(StringBuilder line, char letter) {
        switch (letter) {
            case '"' -> line.append("\\\"");
            case '\\' -> line.append("\\\\");
            case '\n' -> line.append("\\n");
            case '\t' -> line.append("\\t");
            default -> {
                if (letter < ' '
                        || letter == 0x7f
                        || Character.isSurrogate(letter)
                        || letter == 0x2028
                        || letter == 0x2029) {
                    line.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) letter));
                } else {
                    line.append(letter);
                }
            }
        }
    }
}
