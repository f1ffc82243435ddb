package dev.pavise.bench.auditlog;

import com.sun.management.ThreadMXBean;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Stored;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/** One request after the other: its intent, and when that is stored its outcome. Waits for each as an exchange does. */
final class Producer implements Runnable, Stored {
    /** Where in its run a load is. */
    enum Part {
        WARMING,
        MEASURING,
        OVER
    }

    /** Who says how far the load is. */
    @FunctionalInterface
    interface Clock {
        Part part();
    }

    private static final String REQUEST = "0199a3f2-8c1d-7b3e-9f00-5d2c8a417be6";
    private static final int SPINS = 20;
    /** Of so many pairs one is timed, as looking at the time twice costs a tenth of what is looked at. */
    private static final int TIMED = 8;

    private static final int TOLD = 64;

    private final Design design;
    private final Clock clock;
    private final Latencies latencies = new Latencies();
    private final Thread thread;
    private long requests;
    private long pairs;
    private long cpuNanos;
    private long allocated;
    private volatile long warmed;
    private volatile boolean done;

    Producer(Design design, Clock clock, int number) {
        this.design = design;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("producer-" + number).unstarted(this);
    }

    Thread thread() {
        return thread;
    }

    /** About how many pairs were stored before it was measured. */
    long warmed() {
        return warmed;
    }

    Latencies latencies() {
        return latencies;
    }

    /** All the pairs that were stored. */
    long requests() {
        return requests;
    }

    /** The pairs that were stored while it was measured. */
    long pairs() {
        return pairs;
    }

    /** The processor time that this thread spent on them. */
    long cpuNanos() {
        return cpuNanos;
    }

    /** The bytes that this thread allocated for them. */
    long allocated() {
        return allocated;
    }

    @Override
    public void run() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try {
            while (clock.part() == Part.WARMING) {
                pair(requests++, false);
                if ((requests & (TOLD - 1)) == 0) {
                    warmed = requests;
                }
            }
            long cpu = threads.getCurrentThreadCpuTime();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            while (clock.part() == Part.MEASURING) {
                pair(requests++, true);
                pairs++;
            }
            cpuNanos = threads.getCurrentThreadCpuTime() - cpu;
            allocated = threads.getCurrentThreadAllocatedBytes() - bytes;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void pair(long request, boolean measured) throws IOException {
        boolean timed = measured && (pairs & (TIMED - 1)) == 0;
        append(Pair.intent(request, REQUEST), timed);
        append(Pair.outcome(request, REQUEST), timed);
    }

    private void append(AuditRecord record, boolean timed) throws IOException {
        long begun = timed ? System.nanoTime() : 0;
        done = false;
        design.append(record, this);
        for (int spins = 0; !done; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
        if (timed) {
            latencies.add(System.nanoTime() - begun);
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // is it this very thread
    public void stored(long seq) {
        done = true;
        if (Thread.currentThread() != thread) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void unavailable(AuditUnavailable why) {
        throw new IllegalStateException(why.toString());
    }
}
