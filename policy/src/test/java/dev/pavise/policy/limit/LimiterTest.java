package dev.pavise.policy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LimiterTest {
    private static final long SECOND = 1_000_000_000L;

    // A clock near its overflow, as System.nanoTime may be.
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND);
    private final Limits limits = new Limits(clock::get, 1000);

    @Test
    void admitsTheBurstThenOneForEachInterval() {
        Limiter limiter = limits.limiter("a", Rate.parse("60/minute burst 3"));
        assertEquals(3, admitted(limiter, "k", 10));
        pass(Duration.ofMillis(999));
        assertEquals(0, admitted(limiter, "k", 10));
        pass(Duration.ofMillis(1));
        assertEquals(1, admitted(limiter, "k", 10));
        pass(Duration.ofHours(5));
        assertEquals(3, admitted(limiter, "k", 10));
    }

    @Test
    void keepsKeysApart() {
        Limiter limiter = limits.limiter("a", Rate.parse("2/minute"));
        assertEquals(2, admitted(limiter, "one", 5));
        assertEquals(2, admitted(limiter, "other", 5));
    }

    @Test
    void zeroAdmitsNone() {
        for (String rate : new String[] {"0/minute", "0/minute burst 5", "5/minute burst 0"}) {
            Limiter limiter = limits.limiter(rate, Rate.parse(rate));
            assertEquals(0, admitted(limiter, "k", 5));
            pass(Duration.ofDays(2));
            assertEquals(0, admitted(limiter, "k", 5));
            assertInstanceOf(Admission.Throttled.class, limiter.peek("k"));
        }
    }

    @Test
    void tellsWhatRemainsAndWhenToComeBack() {
        Limiter limiter = limits.limiter("per principal", Rate.parse("60/minute burst 2"));
        assertEquals("\"per principal\";q=60;w=60", limiter.policyHeader());
        assertEquals("\"per principal\";r=1;t=1", limiter.admit("k").header());
        assertEquals("\"per principal\";r=0;t=2", limiter.admit("k").header());
        var throttled = assertInstanceOf(Admission.Throttled.class, limiter.admit("k"));
        assertEquals(1, throttled.retryAfterSeconds());
        assertEquals("\"per principal\";r=0;t=2", throttled.header());
    }

    @Test
    void whoWaitsAsToldIsAdmitted() {
        SplittableRandom random = new SplittableRandom(8);
        for (int round = 0; round < 2000; round++) {
            Rate rate = new Rate(
                    1 + random.nextInt(500), Duration.ofSeconds(1 + random.nextInt(100)), 1 + random.nextInt(9));
            Limiter limiter = limits.limiter("r" + round, rate);
            Admission last = limiter.admit("k");
            for (int asked = 0; asked < 30; asked++) {
                pass(Duration.ofMillis(random.nextInt(50)));
                last = limiter.admit("k");
                if (last instanceof Admission.Throttled(Limiter ignored, long reset, long retryAfter)) {
                    assertTrue(retryAfter <= Math.max(1, reset), rate.toString());
                    pass(Duration.ofSeconds(retryAfter));
                    assertInstanceOf(Admission.Admitted.class, limiter.admit("k"), rate.toString());
                }
            }
            pass(Duration.ofSeconds(last.resetSeconds() + 1));
            assertTrue(limiter.peek("k").remaining() == rate.burst(), rate.toString());
        }
    }

    @Test
    void neverAdmitsMoreThanRateAndBurstAllow() {
        SplittableRandom random = new SplittableRandom(9);
        for (int round = 0; round < 300; round++) {
            Rate rate = new Rate(1 + random.nextInt(50), Duration.ofSeconds(1), random.nextInt(20));
            Limiter limiter = limits.limiter("n" + round, rate);
            long begin = clock.get();
            long admitted = 0;
            for (int asked = 0; asked < 500; asked++) {
                pass(Duration.ofNanos(random.nextLong(30_000_000)));
                admitted += limiter.admit("k") instanceof Admission.Admitted ? 1 : 0;
            }
            double most = rate.burst() + (clock.get() - begin) * (double) rate.count() / SECOND;
            assertTrue(admitted <= most, rate + ": " + admitted + " > " + most);
        }
    }

    @Test
    void peekTakesNothing() {
        Limiter limiter = limits.limiter("a", Rate.parse("1/minute"));
        for (int asked = 0; asked < 5; asked++) {
            assertEquals(1, limiter.peek("k").remaining());
        }
        assertEquals(1, admitted(limiter, "k", 3));
        assertInstanceOf(Admission.Throttled.class, limiter.peek("k"));
    }

    @Test
    void reloadHandsNobodyAFreshBurst() {
        assertEquals(5, admitted(limits.limiter("a", Rate.parse("5/minute")), "k", 9));
        assertEquals(0, admitted(limits.limiter("a", Rate.parse("5/minute")), "k", 9));
        assertEquals(0, admitted(limits.limiter("a", Rate.parse("10/minute")), "k", 9));
        assertEquals(5, admitted(limits.limiter("b", Rate.parse("5/minute")), "k", 9));
        limits.retain(Set.of("b"));
        assertEquals(5, admitted(limits.limiter("a", Rate.parse("5/minute")), "k", 9));
        assertEquals(0, admitted(limits.limiter("b", Rate.parse("5/minute")), "k", 9));
    }

    @Test
    void aWiderRateIsNotHeldBackByTheDebtOfTheOldOne() {
        assertEquals(1, admitted(limits.limiter("a", Rate.parse("1/day")), "k", 9));
        Limiter wider = limits.limiter("a", Rate.parse("100/second"));
        assertEquals(0, admitted(wider, "k", 9));
        pass(Duration.ofSeconds(1));
        assertEquals(0, admitted(wider, "other", 0));
        assertTrue(admitted(wider, "k", 200) <= 100);
    }

    @Test
    void newcomersToAFullTableShareOneLimit() {
        Limits small = new Limits(clock::get, 3);
        Limiter limiter = small.limiter("a", Rate.parse("2/minute"));
        for (int key = 0; key < 3; key++) {
            assertEquals(1, admitted(limiter, "k" + key, 1));
        }
        int strangers = 0;
        for (int key = 0; key < 1000; key++) {
            strangers += admitted(limiter, "made up " + key, 2);
        }
        assertEquals(2, strangers);
        assertEquals(1, admitted(limiter, "k0", 5), "a key in the table keeps its own share");
        assertInstanceOf(Admission.Throttled.class, limiter.peek("made up too"));
    }

    @Test
    void keysThatAreBackToTheirBurstMakeRoom() {
        Limits small = new Limits(clock::get, 3);
        Limiter limiter = small.limiter("a", Rate.parse("2/minute"));
        for (int key = 0; key < 100; key++) {
            assertEquals(2, admitted(limiter, "k" + key, 5), "key " + key);
            pass(Duration.ofMinutes(1));
        }
    }

    @Test
    void evictionForgetsNoDebt() {
        SplittableRandom random = new SplittableRandom(10);
        Limits small = new Limits(clock::get, 4);
        Limiter limiter = small.limiter("a", Rate.parse("10/second burst 2"));
        long begin = clock.get();
        long[] admitted = new long[8];
        for (int asked = 0; asked < 20_000; asked++) {
            pass(Duration.ofNanos(random.nextLong(20_000_000)));
            int key = random.nextInt(8);
            admitted[key] += limiter.admit("k" + key) instanceof Admission.Admitted ? 1 : 0;
        }
        double most = 2 + (clock.get() - begin) * 10.0 / SECOND;
        for (long of : admitted) {
            assertTrue(of <= most, of + " > " + most);
        }
    }

    @Test
    void refusesUnfitNamesAndSizes() {
        for (String name : new String[] {"", "a\"b", "a\\b", "a\nb", "\u00e9", "a".repeat(201)}) {
            Refusal.of(() -> limits.limiter(name, Rate.parse("1/s")));
        }
        Refusal.of(() -> new Limits(clock::get, 0));
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private static int admitted(Limiter limiter, String key, int asked) {
        int admitted = 0;
        for (int at = 0; at < asked; at++) {
            admitted += limiter.admit(key) instanceof Admission.Admitted ? 1 : 0;
        }
        return admitted;
    }
}
