package dev.pavise.policy.condition;

import com.google.re2j.Pattern;
import java.util.Map;

/** One test of a condition: its regular expressions, and what is left to spend. Used by one thread. */
final class Run {
    /** The test of which the current thread is in the middle. */
    static final ScopedValue<Run> CURRENT = ScopedValue.newInstance();

    private final Map<String, Pattern> patterns;
    private long left = Bounds.STEPS;

    /** @param patterns the constant regular expressions of the condition, compiled, by their text */
    Run(Map<String, Pattern> patterns) {
        this.patterns = patterns;
    }

    Pattern pattern(String text) {
        Pattern compiled = patterns.get(text);
        if (compiled == null) {
            throw new IllegalStateException("a regular expression that was not checked");
        }
        return compiled;
    }

    /** There is nothing left; the test errs, and so denies. */
    static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1;

        Exhausted() {
            super("the condition would take more steps than it may", null, false, false);
        }
    }

    /** Spends before the work is done. */
    void spend(long steps) {
        left -= Math.min(steps, Bounds.STEPS + 1);
        if (left < 0) {
            left = -1;
            throw new Exhausted();
        }
    }
}
