package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** One thing at a time for each Deployment. Two of them may share a turn. */
final class Turns {
    private static final int STRIPES = 64;

    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    Turns() {
        for (int each = 0; each < STRIPES; each++) {
            stripes[each] = new ReentrantLock(true);
        }
    }

    <T> T take(Target target, Supplier<T> work) {
        ReentrantLock lock = stripes[Math.floorMod(target.hashCode(), STRIPES)];
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
