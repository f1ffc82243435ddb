package dev.pavise.policy.limit;

import dev.pavise.policy.Quoted;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The counts of all limits of a gateway. It outlives the configurations: a limit of the same name keeps what its keys
 * have used, so that a reload hands nobody a fresh burst.
 */
public final class Limits {
    private static final int MAX_NAME = 200;

    private final ConcurrentHashMap<String, Counts> counts = new ConcurrentHashMap<>();
    private final LongSupplier clock;
    private final int maxKeys;

    /**
     * @param nanoClock a clock that never goes back, as {@link System#nanoTime}
     * @param maxKeys how many keys each limit tells apart, at least one
     */
    public Limits(LongSupplier nanoClock, int maxKeys) {
        if (maxKeys < 1) {
            throw new IllegalArgumentException("a limit needs room for at least one key");
        }
        long origin = nanoClock.getAsLong();
        this.clock = () -> nanoClock.getAsLong() - origin;
        this.maxKeys = maxKeys;
    }

    /** The limit of that name with that rate, on the counts that the name already has. */
    public Limiter limiter(String name, Rate rate) {
        if (name.isEmpty() || name.length() > MAX_NAME || !name.matches("[ -~&&[^\"\\\\]]+")) {
            throw new IllegalArgumentException("limit name `" + Quoted.of(name) + "` is unfit, use up to " + MAX_NAME
                    + " printable ASCII characters without quotes and backslashes");
        }
        return new Limiter(name, rate, counts.computeIfAbsent(name, made -> new Counts(maxKeys)), clock);
    }

    /** Forgets the counts of limits that no configuration names any more. */
    public void retain(Set<String> names) {
        counts.keySet().retainAll(names);
    }
}
