package dev.pavise.auditlog.ship;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A destination that keeps what it acknowledged, and can be down, slow, or too small. */
final class RecordingSink implements Sink.Opener {
    private final List<Message> arrived = new ArrayList<>();
    private final AtomicInteger failing = new AtomicInteger();
    private final Semaphore gate = new Semaphore(Integer.MAX_VALUE);
    private volatile int most = Integer.MAX_VALUE;
    private volatile int largestBatch;

    synchronized List<Message> arrived() {
        return List.copyOf(arrived);
    }

    synchronized void forget() {
        arrived.clear();
    }

    /** So many deliveries fail, after half of their messages arrived. */
    void fail(int times) {
        failing.set(times);
    }

    /** Nothing is answered until {@link #answer}. */
    void hang() {
        gate.drainPermits();
    }

    void answer() {
        gate.release(1 << 20);
    }

    void takeAtMost(int bytes) {
        most = bytes;
    }

    int largestBatch() {
        return largestBatch;
    }

    @Override
    public Sink open() {
        return new Sink() {
            private boolean over;

            @Override
            public Delivery deliver(List<Message> messages) throws IOException, InterruptedException {
                largestBatch = Math.max(
                        largestBatch,
                        messages.stream()
                                .mapToInt(each -> each.value().length())
                                .sum());
                gate.acquire();
                assertFalse(over, "it is to be closed after a failure");
                boolean fails = failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
                for (int i = 0; i < messages.size(); i++) {
                    over = fails || messages.get(i).value().length() > most;
                    if (fails && i >= messages.size() / 2) {
                        throw new IOException("down");
                    }
                    if (messages.get(i).value().length() > most) {
                        return new Delivery.TooLarge(i, "more than " + most);
                    }
                    synchronized (RecordingSink.this) {
                        arrived.add(messages.get(i));
                    }
                }
                return new Delivery.All();
            }

            @Override
            public void close() {}
        };
    }
}
