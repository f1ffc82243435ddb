package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.forward.EndpointStatus.State;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EndpointHealthTest {
    private static final HealthCheck CHECK =
            new HealthCheck("/", "a", Duration.ofSeconds(1), Duration.ofSeconds(1), 3, 2);

    private long now = Long.MAX_VALUE - 5; // the clock may wrap around
    private final EndpointHealth health = new EndpointHealth(() -> now);

    /**
     * What happens: s a request succeeds, f it fails, 1 a second passes, 9 half a minute passes, p a check passes, x it fails.
     */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "'', UP",
        "ff, UP",
        "ffsff, UP",
        "fff, BACKING_OFF",
        "fffffffff, BACKING_OFF",
        "fff1, UP",
        "fff1f, BACKING_OFF",
        "fff1f1, BACKING_OFF",
        "fff1f11, UP",
        "fff1f11f1111, UP",
        "fff1f11f111, BACKING_OFF",
        "fff1s, UP",
        "fff1sff, UP",
        "fff1sfff1, UP",
        "fff9f9f9f9f9f9f9f9, UP",
        "fffs, UP",
        "xx, UP",
        "xxx, FAILING_CHECKS",
        "xxpx, UP",
        "xxxp, FAILING_CHECKS",
        "xxxpxp, FAILING_CHECKS",
        "xxxpp, UP",
        "xxxs, FAILING_CHECKS",
        "xxx9, FAILING_CHECKS",
        "fffxxx, FAILING_CHECKS",
        "fffxxxpp, BACKING_OFF",
        "fffxxxpp1, UP",
        "pppppxx, UP",
    })
    void decides(String history, State expected) {
        for (int i = 0; i < history.length(); i++) {
            switch (history.charAt(i)) {
                case 's' -> health.succeeded();
                case 'f' -> health.failed();
                case '1' -> now += TimeUnit.SECONDS.toNanos(1);
                case '9' -> now += TimeUnit.SECONDS.toNanos(30);
                case 'p' -> health.checked(true, CHECK);
                case 'x' -> health.checked(false, CHECK);
                default -> throw new AssertionError(history);
            }
        }
        assertEquals(expected, health.state());
        assertEquals(expected == State.UP, health.isUp());
    }

    @Test
    void theBackOffGrowsToHalfAMinuteAndNoFurther() {
        for (int i = 0; i < EndpointHealth.FAILURES_ALLOWED; i++) {
            health.failed();
        }
        for (int i = 0; i < 12; i++) {
            now += EndpointHealth.LONGEST_BACK_OFF;
            assertTrue(health.isUp());
            health.failed();
            assertFalse(health.isUp());
        }
        now += EndpointHealth.LONGEST_BACK_OFF - 1;
        assertFalse(health.isUp());
        now += 1;
        assertTrue(health.isUp());
    }
}
