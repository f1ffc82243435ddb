package dev.pavise.auditlog.ship.kafka;

import dev.pavise.auditlog.ship.Sink.Delivery;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** What the brokers answered to the messages of one batch. The first failure ends the producer, within the client's own thread. */
final class Answers {
    private final int count;
    private final Runnable giveUp;
    private final Thread sender = Thread.currentThread();
    private int acknowledged;
    private int outstanding;
    private int failedIndex = Integer.MAX_VALUE;
    private @Nullable Exception failure;

    Answers(int count, Runnable giveUp) {
        this.count = count;
        this.giveUp = giveUp;
    }

    /** Whether nothing failed so far. */
    synchronized boolean none() {
        return failure == null;
    }

    /** What to call with the answer to one message; messages are asked for in their order. */
    synchronized Callback of(int index) {
        outstanding++;
        return (metadata, exception) -> answered(index, exception);
    }

    private void answered(int index, @Nullable Exception exception) {
        synchronized (this) {
            outstanding--;
            if (exception == null) {
                acknowledged++;
            } else if (index < failedIndex) {
                failure = exception;
                failedIndex = index;
            }
            notifyAll();
        }
        // What fails before it is on its way is told to the sender at once, and those before it can still arrive.
        if (exception != null && !Thread.currentThread().equals(sender)) {
            giveUp.run();
        }
    }

    synchronized Delivery await(Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (outstanding > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new IOException("no answer to " + outstanding + " messages");
            }
            wait(left);
        }
        Exception why = failure;
        if (why == null && acknowledged == count) {
            return new Delivery.All();
        }
        if (why instanceof RecordTooLargeException && acknowledged == failedIndex) {
            return new Delivery.TooLarge(failedIndex, String.valueOf(why.getMessage()));
        }
        throw new IOException(why == null ? "not all messages were sent" : KafkaSink.reason(why), why);
    }
}
