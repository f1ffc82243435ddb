package dev.pavise.auditlog.behind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 50_000); // a clock may begin anywhere, and turn over
    private final AtomicInteger gone = new AtomicInteger();
    private final Pace pace = new Pace(now::get, gone::incrementAndGet);

    @Test
    void letsOthersGoAfterEachPiece() {
        for (int micros = 0; micros < 1000; micros += 20) {
            now.addAndGet(TimeUnit.MICROSECONDS.toNanos(20));
            pace.breathe();
        }
        assertEquals(10, gone.get());
    }

    @Test
    void goesOnWithinAPiece() {
        now.addAndGet(TimeUnit.MICROSECONDS.toNanos(90));
        pace.breathe();
        assertEquals(0, gone.get());
    }

    @Test
    void looksAtTheClockAfterSomeSteps() {
        for (int step = 0; step < 1600; step++) {
            now.addAndGet(TimeUnit.MICROSECONDS.toNanos(1));
            pace.step();
        }
        assertTrue(gone.get() >= 14 && gone.get() <= 16, gone::toString);
    }
}
