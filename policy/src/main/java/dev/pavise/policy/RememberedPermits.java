package dev.pavise.policy;

import org.jspecify.annotations.Nullable;

/**
 * The permits of one principal for the few rules that it asks for again and again, so that asking makes no object. Of a bounded size; written
 * without a lock, as a permit is immutable and one that is lost is made anew.
 */
final class RememberedPermits {
    /** A power of two: 272 bytes for each principal that was permitted something. */
    private static final int SLOTS = 64;

    private static final int PROBES = 4;

    private final @Nullable Permit[] slots = new Permit[SLOTS];

    /** The permit for this very rule, or null. */
    @SuppressWarnings("ReferenceEquality") // of this rule, not of one like it in another configuration
    @Nullable
    Permit find(Rule rule) {
        int at = System.identityHashCode(rule);
        for (int probe = 0; probe < PROBES; probe++) {
            Permit known = slots[(at + probe) & (SLOTS - 1)];
            if (known != null && known.rule() == rule) {
                return known;
            }
        }
        return null;
    }

    void add(Permit permit) {
        int at = System.identityHashCode(permit.rule());
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = (at + probe) & (SLOTS - 1);
            if (slots[slot] == null) {
                slots[slot] = permit;
                return;
            }
        }
        slots[at & (SLOTS - 1)] = permit;
    }
}
