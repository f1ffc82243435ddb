package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has to be taken back of a run, last first. A step that fails stays, with all before it, until it succeeds. For one thread at a time. */
final class Undo {
    private final Deque<Step> steps = new ArrayDeque<>();

    /** One thing to take back. */
    @FunctionalInterface
    interface Step {
        void take() throws IOException;
    }

    synchronized void later(Step step) {
        steps.push(step);
    }

    /** Whether all is taken back now. */
    synchronized boolean run() {
        while (!steps.isEmpty()) {
            try {
                steps.peek().take();
            } catch (IOException | RuntimeException e) {
                // Whatever it is, who waits for the end of the run is told, and the rest stays for the next time.
                return false;
            }
            steps.pop();
        }
        return true;
    }
}
