package dev.pavise.runner.wasm;

import dev.pavise.runner.wasm.module.Outcome;
import dev.pavise.runner.wasm.module.Room;
import java.util.Optional;

/**
 * Lets in as many runs as there is room for, counted by the memory that each may come to hold, not by what it holds now. Compiling takes its memory
 * from the same room.
 */
final class Admission implements Room {
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
            return Optional.of(
                    "the run may take " + memory + " bytes of memory, and all runs together have " + memoryBytes);
        }
        if (runsNow >= runs) return Optional.of(runs + " runs are under way, and there is room for no more");
        if (memory > memoryBytes - memoryNow)
            return Optional.of("the memory for runs is given out; try again when one has ended");
        runsNow++;
        memoryNow += memory;
        return Optional.empty();
    }

    synchronized void leave(long memory) {
        runsNow--;
        memoryNow -= memory;
    }

    @Override
    public synchronized Optional<Outcome> take(long bytes) {
        if (bytes > memoryBytes) {
            return Optional.of(new Outcome.Unusable(
                    "compiling the module takes " + bytes + " bytes of memory, and there are " + memoryBytes));
        }
        if (bytes > memoryBytes - memoryNow) {
            return Optional.of(
                    new Outcome.Busy("the memory for compiling is given out; try again when a run has ended"));
        }
        memoryNow += bytes;
        return Optional.empty();
    }

    @Override
    public synchronized void give(long bytes) {
        memoryNow -= bytes;
    }

    synchronized int runsNow() {
        return runsNow;
    }
}
