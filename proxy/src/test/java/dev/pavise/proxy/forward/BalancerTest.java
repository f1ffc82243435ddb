package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BalancerTest {
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

    private record Fixed(boolean isUp, int outstanding) implements Balancer.Candidate {}

    /** Each candidate is written as its outstanding requests; a minus in front says that it is not up. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "0, 1, -1",
        "-0, 0, 0",
        "-0, 1, -1",
        "5 0, 0, 1",
        "5 -0, 0, 0",
        "5 0, 2, 0",
        "5 -0, 1, 1",
        "-5 -0, 0, 1",
        "5 0 7, 2, 0",
        "-1 -2 9, 0, 2",
        "-1 -2 9, 4, 0",
        "1 1 1, 7, -1",
    })
    void choosesTheOnlyOneThatMayBeChosen(String candidates, long tried, int expected) {
        for (int i = 0; i < 200; i++) {
            assertEquals(expected, Balancer.choose(parse(candidates), tried, random));
        }
    }

    @Test
    void spreadsEqualCandidatesAndNeverTakesTheBusiest() {
        List<Fixed> candidates = parse("1 1 1 1 1 50");
        int[] chosen = new int[6];
        for (int i = 0; i < 10_000; i++) {
            chosen[Balancer.choose(candidates, 0, random)]++;
        }
        for (int i = 0; i < 5; i++) {
            assertTrue(chosen[i] > 1500, "chosen " + chosen[i] + " times");
        }
        assertEquals(0, chosen[5]);
    }

    @Test
    void reachesEachOfSixtyFour() {
        List<Fixed> candidates = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            candidates.add(new Fixed(true, 0));
        }
        long seen = 0;
        for (int i = 0; i < 10_000; i++) {
            seen |= 1L << Balancer.choose(candidates, 0, random);
        }
        assertEquals(-1L, seen);
        assertEquals(63, Balancer.choose(candidates, Long.MAX_VALUE, random));
        assertEquals(Balancer.NONE, Balancer.choose(candidates, -1L, random));
    }

    private static List<Fixed> parse(String candidates) {
        List<Fixed> parsed = new ArrayList<>();
        for (String each : candidates.split(" ", -1)) {
            parsed.add(new Fixed(!each.startsWith("-"), Integer.parseInt(each.replace("-", ""))));
        }
        return parsed;
    }
}
