package dev.pavise.proxy.cli;

import dev.pavise.proxy.management.TimeSpan;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Moments and spans as they are typed: RFC 3339 or a bare date (midnight, UTC), and {@code 90s}, {@code 15m}, {@code 24h}, {@code 7d}. */
final class TimeText {
    private TimeText() {}

    static Instant moment(String option, String text) {
        try {
            if (text.length() == 10) {
                return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            }
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw CommandFailure.misuse(
                    option + " `" + text + "` is not a time; write 2026-11-01 or 2026-11-01T12:00:00Z");
        }
    }

    static Duration span(String option, String text) {
        return TimeSpan.parse(text)
                .orElseThrow(() -> CommandFailure.misuse(
                        option + " `" + text + "` is not a span of time; write 90s, 15m, 24h, 7d or 2w"));
    }
}
