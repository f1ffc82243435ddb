package dev.pavise.runner.wasm.wasi;

/**
 * Makes sure that there is stack left before a module's call enters code of the host. A module can recurse to the very end of the stack and call
 * from there; without this the overflow would come in the middle of something: a lock taken, a class half initialised and unusable for good.
 */
final class Headroom {
    /** Frames that hold eight numbers: together more than what any call of the host takes, class loading included. */
    private static final int FRAMES = 256;

    private Headroom() {}

    /** Throws {@link StackOverflowError}, which the module's compiled code turns into a trap. */
    static void require() {
        if (descend(FRAMES, 1, 2, 3, 4, 5, 6, 7) == 0) throw new StackOverflowError();
    }

    private static long descend(int left, long a, long b, long c, long d, long e, long f, long g) {
        if (left == 0) return a | b | c | d | e | f | g;
        return descend(left - 1, g, a, b, c, d, e, f) | left;
    }
}
