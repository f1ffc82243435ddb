package dev.pavise.runner.wasm;

import java.util.Optional;

/** Lets in as many runs as there is room for, counted by the memory that each may come to hold, not by what it holds now. */
final class Admission {
    private final int runs;
    private final long memoryBytes;
    private int runsNow;
    private long memoryNow;

    Admission(int runs, long memoryBytes) {
        this.runs = runs;
        this.memoryBytes = memoryBytes;
    }

    /** Why there is no room; empty when the run is in. */
    synchronized Optional<String> enter(long memory) {
        if (memory > memoryBytes) {
            return Optional.of("the run may take " + memory + " bytes of memory, and all runs together have " + memoryBytes);
        }
        if (runsNow >= runs) return Optional.of(runs + " runs are under way, and there is room for no more");
        if (memory > memoryBytes - memoryNow) return Optional.of("the memory for runs is given out; try again when one has ended");
        runsNow++;
        memoryNow += memory;
        return Optional.empty();
    }

    synchronized void leave(long memory) {
        runsNow--;
        memoryNow -= memory;
    }

    synchronized int runsNow() {
        return runsNow;
    }
}
