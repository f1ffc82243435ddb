package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.RefusalCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Jobs that could not be removed when they should have been. Each is tried again until it is gone; their deadline ends them in any case. */
final class Leftovers {
    /** As long as an API server works on a request by default, and a margin. */
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(90);

    private static final Duration LONGEST_SWEEP = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Cluster cluster;
    private final LongSupplier nanos;
    private final ConcurrentLinkedQueue<Leftover> all = new ConcurrentLinkedQueue<>();

    Leftovers(Cluster cluster, LongSupplier nanos) {
        this.cluster = cluster;
        this.nanos = nanos;
    }

    /** A Job to be removed; that there is none means that there will be none from the given time on, when no request for it can be under way any more. */
    private record Leftover(String job, long certainFrom) {}

    /** One that is there. */
    void add(String job) {
        all.add(new Leftover(job, nanos.getAsLong()));
    }

    /** One that may yet come. */
    void addDoubtful(String job) {
        all.add(new Leftover(job, nanos.getAsLong() + LONGEST_REQUEST.toNanos()));
    }

    /** Tries each once. */
    void clear() {
        for (Leftover left : List.copyOf(all)) {
            try {
                if (cluster.remove(left.job()) && nanos.getAsLong() - left.certainFrom() >= 0) {
                    all.remove(left);
                }
            } catch (ClusterException e) {
                return; // another time
            }
        }
    }

    /** Removes what a runner of this name left when it ended, and waits until it is gone. */
    static void sweep(Cluster cluster, String runner, LongSupplier nanos) throws ClusterException {
        long until = nanos.getAsLong() + LONGEST_SWEEP.toNanos();
        for (String orphan : cluster.jobs(runner)) {
            while (!cluster.remove(orphan)) {
                if (nanos.getAsLong() - until > 0) {
                    throw new ClusterException(
                            RefusalCode.CLUSTER_UNAVAILABLE,
                            "the Job `" + orphan + "` of an earlier start does not go");
                }
                pause();
            }
        }
    }

    private static void pause() throws ClusterException {
        try {
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(RefusalCode.CLOSING, "the runner is told to stop");
        }
    }
}
