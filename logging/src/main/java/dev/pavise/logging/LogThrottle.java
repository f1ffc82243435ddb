package dev.pavise.logging;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets one warning of a kind pass in a second and counts the others, so that nothing an attacker can repeat fills the log. The kind is
 * the logger and the message's template. The number of kinds is bounded: when it is reached, the one longest unseen is forgotten.
 */
final class LogThrottle {
    /** The answer to an event that is to be left out. */
    static final long LEAVE_OUT = -1;

    private static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final int KINDS = 512;

    private final LongSupplier nanoClock;
    private final Map<String, Kind> kinds = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kind> eldest) {
            return size() > KINDS;
        }
    };

    LogThrottle(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** How many of this kind were left out before this one, or {@link #LEAVE_OUT}. */
    synchronized long admit(String logger, String template) {
        long now = nanoClock.getAsLong();
        Kind kind = kinds.get(logger + ' ' + template);
        if (kind == null) {
            kinds.put(logger + ' ' + template, new Kind(now));
            return 0;
        }
        if (now - kind.writtenNanos < INTERVAL_NANOS) {
            kind.leftOut++;
            return LEAVE_OUT;
        }
        long leftOut = kind.leftOut;
        kind.writtenNanos = now;
        kind.leftOut = 0;
        return leftOut;
    }

    private static final class Kind {
        private long writtenNanos;
        private long leftOut;

        Kind(long writtenNanos) {
            this.writtenNanos = writtenNanos;
        }
    }
}
