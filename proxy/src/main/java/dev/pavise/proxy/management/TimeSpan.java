package dev.pavise.proxy.management;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as they are typed and sent: {@code 90s}, {@code 15m}, {@code 24h}, {@code 7d}, {@code 2w}. */
public final class TimeSpan {
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})([smhdw])");

    private TimeSpan() {}

    /** Empty where the text is none. */
    public static Optional<Duration> parse(String text) {
        Matcher parts = SPAN.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(parts.group(1));
        return Optional.of(
                switch (parts.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    case "d" -> Duration.ofDays(count);
                    default -> Duration.ofDays(7 * count);
                });
    }
}
