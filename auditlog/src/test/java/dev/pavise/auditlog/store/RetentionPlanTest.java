package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.Retained.Reason;
import dev.pavise.auditlog.codec.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionPlanTest {
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    /** Segments of 100 records and 10 bytes, by how many days ago each began; {@code -} where the start is damaged. */
    private static List<Part> parts(String daysAgo) {
        List<Part> parts = new ArrayList<>();
        for (String days : daysAgo.split(" ", -1)) {
            long first = parts.size() * 100L;
            Optional<Start> start = days.equals("-")
                    ? Optional.empty()
                    : Optional.of(new Start(first, NOW.minus(Duration.ofDays(Long.parseLong(days))), "", List.of()));
            parts.add(new Part(parts.size() + 1, 10, () -> new Part.Facts(first, start)));
        }
        return parts;
    }

    @ParameterizedTest
    @CsvSource({
        "100, 0", // the one being written never goes, however old
        "100 95 10, 1", // the second was written until ten days ago
        "100 95 91 10, 2",
        "100 95 90 10, 1", // exactly the age is not older
        "100 - 91 10, 2", // a damaged start: both were full by the time of the next
        "100 - 80 10, 0",
        "100 - -, 0",
        "100 -365 91 10, 2", // a clock that was a year ahead when the second began
        "100 -365 -364, 0", // and still is, as far as the segments tell
        "100 20000 80 10, 1", // a clock that was at its epoch: believed, as nothing before tells better
        "100 80 20000 20000 10, 0", // and here something does
        "60 50 20000 10, 0"
    })
    void ageIsThatOfTheYoungestRecord(String daysAgo, int expected) {
        assertEquals(expected, RetentionPlan.byAge(parts(daysAgo), Duration.ofDays(90), NOW));
    }

    @ParameterizedTest
    @CsvSource({"1000, 0", "50, 0", "49, 1", "40, 1", "39, 2", "1, 4", "0, 4"})
    void sizeIsThatOfWhatStays(long most, int expected) {
        assertEquals(expected, RetentionPlan.bySize(parts("5 4 3 2 1"), most));
    }

    @ParameterizedTest
    @CsvSource({
        "5 4 3 2 1, 3, 500, 300",
        "5 4 3 2 1, 3, 300, 300",
        "5 4 3 2 1, 3, 299, 200",
        "5 4 3 2 1, 3, 99, -1",
        "5 4 3 2 1, 0, 500, -1",
        "5 4 - - 1, 3, 500, 100",
        "5 - - - 1, 3, 500, -1"
    })
    void theCutStandsAtASignedTreeAndNoFurther(String daysAgo, int count, long bound, long expected) {
        Optional<RetentionPlan> plan = RetentionPlan.of(parts(daysAgo), count, bound, Reason.SIZE);
        assertEquals(expected, plan.map(made -> made.stays().first()).orElse(-1L));
        plan.ifPresent(made -> assertEquals(expected / 100, made.goes().size()));
    }

    @Test
    void nothingComesOfNoSegments() {
        assertEquals(0, RetentionPlan.byAge(List.of(), Duration.ofDays(1), NOW));
        assertEquals(0, RetentionPlan.bySize(List.of(), 0));
        assertTrue(RetentionPlan.of(List.of(), 0, 100, Reason.AGE).isEmpty());
    }

    @Test
    void aClockThatIsWrongForLessThanTheHoldRemovesNothing() {
        long[] minute = {0};
        Patience patience = new Patience(
                Duration.ofMinutes(60), () -> Duration.ofMinutes(minute[0]).toNanos());
        // From minute 100 to 155 the clock is a year ahead; from minute 200 on the segments before 3 are old indeed.
        for (minute[0] = 0; minute[0] < 400; minute[0]++) {
            boolean ahead = minute[0] >= 100 && minute[0] < 155;
            int found = ahead ? 9 : minute[0] < 200 ? 0 : minute[0] < 230 ? 3 : 4;
            int expected = minute[0] < 260 ? 0 : minute[0] < 290 ? 3 : 4;
            assertEquals(expected, patience.believed(found), "minute " + minute[0]);
        }
    }
}
