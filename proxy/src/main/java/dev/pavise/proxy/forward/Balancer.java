package dev.pavise.proxy.forward;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Chooses the endpoint of a request: of two taken at random from those that are up, the one with fewer requests under way. Where none that
 * is left is up, it chooses among the others all the same: a request that may fail is better than one that is sure to, and it is how an
 * upstream with a single endpoint comes back.
 */
final class Balancer {
    static final int NONE = -1;

    private Balancer() {}

    /** What there is to choose from. */
    interface Candidate {
        boolean isUp();

        int outstanding();
    }

    /**
     * Index of the chosen candidate, or {@link #NONE} where all were tried.
     *
     * @param tried bit set of the candidates that failed this request already
     */
    static int choose(List<? extends Candidate> candidates, long tried, RandomGenerator random) {
        long up = 0;
        long left = 0;
        for (int i = 0; i < candidates.size(); i++) {
            long bit = 1L << i;
            if ((tried & bit) == 0) {
                left |= bit;
                up |= candidates.get(i).isUp() ? bit : 0;
            }
        }
        return fewer(candidates, up != 0 ? up : left, random);
    }

    private static int fewer(List<? extends Candidate> candidates, long set, RandomGenerator random) {
        int count = Long.bitCount(set);
        if (count < 2) {
            return count == 0 ? NONE : Long.numberOfTrailingZeros(set);
        }
        int place = random.nextInt(count);
        int first = member(set, place);
        int second = member(set, (place + 1 + random.nextInt(count - 1)) % count);
        return candidates.get(second).outstanding() < candidates.get(first).outstanding() ? second : first;
    }

    /** The member of the set that has {@code place} members below it. */
    private static int member(long set, int place) {
        long rest = set;
        for (int i = 0; i < place; i++) {
            rest &= rest - 1;
        }
        return Long.numberOfTrailingZeros(rest);
    }
}
