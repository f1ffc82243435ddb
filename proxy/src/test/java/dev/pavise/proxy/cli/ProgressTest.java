package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private final StringWriter shown = new StringWriter();
    private final long[] now = {0};

    @Test
    void tellsHowFarItIsAndClearsItself() {
        Progress bar = new Progress(new PrintWriter(shown), true, 1000, () -> now[0]);
        bar.accept(100); // an earlier run did these
        now[0] = 1_000_000_000;
        bar.accept(400);
        bar.accept(401); // too soon after the last
        bar.end();
        assertEquals(
                "\r[############..................] 400 of 1000 records, 2 s left\u001b[K\r\u001b[K", shown.toString());
    }

    @Test
    void countsWhereNobodyKnowsHowManyThereAre() {
        Progress bar = new Progress(new PrintWriter(shown), true, Progress.UNKNOWN, () -> now[0] += 1_000_000_000);
        bar.accept(400);
        assertEquals("\r400 records\u001b[K", shown.toString());
    }

    @Test
    void isSilentWhereNobodyLooks() {
        Progress bar = new Progress(new PrintWriter(shown), false, 0, () -> now[0] += 1_000_000_000);
        bar.accept(400);
        bar.end();
        assertEquals("", shown.toString());
    }
}
