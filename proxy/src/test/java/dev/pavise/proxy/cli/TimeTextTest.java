package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeTextTest {
    @ParameterizedTest
    @CsvSource({"90s, PT90S", "15m, PT15M", "24h, PT24H", "7d, PT168H", "2w, PT336H", "0s, PT0S"})
    void readsSpans(String text, Duration span) {
        assertEquals(span, TimeText.span("--last", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h", "24", "-1h", "1.5h", "24 h", "99999999999d", "1y"})
    void refusesOtherSpans(String text) {
        assertEquals(
                ExitCode.MISUSE,
                assertThrows(CommandFailure.class, () -> TimeText.span("--last", text))
                        .exitCode());
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-01, 2026-11-01T00:00:00Z",
        "2026-11-01T12:30:00Z, 2026-11-01T12:30:00Z",
        "2026-11-01T12:30:00+02:00, 2026-11-01T10:30:00Z",
        "2026-11-01T12:30:00.123456Z, 2026-11-01T12:30:00.123456Z"
    })
    void readsMoments(String text, Instant moment) {
        assertEquals(moment, TimeText.moment("--from", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "2026-13-01", "2026-02-30", "2026-11-01T12:30:00", "01/11/2026"})
    void refusesOtherMoments(String text) {
        assertEquals(
                ExitCode.MISUSE,
                assertThrows(CommandFailure.class, () -> TimeText.moment("--from", text))
                        .exitCode());
    }

    @Test
    void namesTheOptionAndTheWayOut() {
        CommandFailure failure = assertThrows(CommandFailure.class, () -> TimeText.span("--last", "soon"));
        assertEquals("--last `soon` is not a span of time; write 90s, 15m, 24h, 7d or 2w", failure.getMessage());
    }
}
