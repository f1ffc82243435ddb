package dev.pavise.policy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class CountsTest {
    @Test
    void marksACellThatLosesItsKeySoThatNobodyCountsInIt() {
        Counts counts = new Counts(1);
        Counts.Cell first = counts.cell("first", 0);
        Counts.Cell second = counts.cell("second", 10);
        assertNotSame(first, second);
        assertEquals(Counts.EVICTED, first.get());
        assertEquals(0, counts.used("first"));
    }

    @Test
    void keepsACellThatIsInUseAndGivesTheNewcomerTheSharedOne() {
        Counts counts = new Counts(1);
        Counts.Cell first = counts.cell("first", 0);
        first.set(100);
        Counts.Cell shared = counts.cell("second", 10);
        assertSame(shared, counts.cell("third", 10));
        assertSame(first, counts.cell("first", 10));
        assertEquals(100, first.get());
    }

    @Test
    void whoLeavesTheSharedCellTakesItsDebtAlong() {
        Counts counts = new Counts(1);
        counts.cell("first", 0).set(100);
        counts.cell("second", 10).set(5000);
        Counts.Cell own = counts.cell("second", 200);
        assertEquals(5000, own.get());
        assertEquals(5000, counts.used("second"));
    }
}
