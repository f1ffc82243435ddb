package dev.pavise.runner.wasm.files;

/**
 * All memory that one run holds: its linear memory and its files, out of one limit. Whoever wants more asks here first. Not safe for two threads,
 * save the flag and the peak, which are read when the run is over.
 */
public final class MemoryLedger {
    private final long limit;
    private long taken;
    private long most;
    private boolean refused;

    public MemoryLedger(long limit) {
        this.limit = limit;
    }

    /** Whether there was room. If not, nothing is taken, and it is remembered. */
    public boolean take(long bytes) {
        if (bytes < 0 || bytes > limit - taken) {
            refused = true;
            return false;
        }
        taken += bytes;
        most = Math.max(most, taken);
        return true;
    }

    public void give(long bytes) {
        taken -= bytes;
    }

    public long limit() {
        return limit;
    }

    /** The most that was held at one time. */
    public long most() {
        return most;
    }

    /** Whether the run wanted more than its limit. */
    public boolean refused() {
        return refused;
    }
}
