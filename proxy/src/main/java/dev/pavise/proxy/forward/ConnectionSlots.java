package dev.pavise.proxy.forward;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections to one endpoint there may be, over all event loops. Whoever finds none left asks to be woken; a slot that becomes
 * free wakes one. Being woken is a hint, not a slot: who has no use for it any more calls {@link #wakeNext()}. Thread-safe.
 */
final class ConnectionSlots {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();
    private final Queue<Runnable> wanting = new ConcurrentLinkedQueue<>();

    ConnectionSlots(int most) {
        this.most = most;
    }

    boolean tryTake() {
        for (int now = taken.get(); now < most; now = taken.get()) {
            if (taken.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    void release() {
        taken.decrementAndGet();
        wakeNext();
    }

    /** Asks for one call of {@code wake}, from any thread, once a slot may be free. */
    void want(Runnable wake) {
        wanting.add(wake);
        if (taken.get() < most) {
            wakeNext(); // one became free between the vain try and this, when there was nobody to wake
        }
    }

    void wakeNext() {
        Runnable next = wanting.poll();
        if (next != null) {
            next.run();
        }
    }

    /** Whether somebody waits, so that an idle connection is better closed than kept. */
    boolean isWanted() {
        return !wanting.isEmpty();
    }

    int taken() {
        return taken.get();
    }
}
