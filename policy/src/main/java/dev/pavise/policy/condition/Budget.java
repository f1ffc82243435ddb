package dev.pavise.policy.condition;

/** What is left to spend in one test of a condition. Used by one thread. */
final class Budget {
    /** The test of which the current thread is in the middle. */
    static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

    private long left = Bounds.STEPS;

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
