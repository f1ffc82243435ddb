package dev.pavise.k8s.lead;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One manager acts at a time: the holder of the Lease {@code pavise-manager}. Guarantees that the work of a leader has ended before it gives the Lease up, and
 * that {@link #leads()} is false before another can hold it, by this process's own clock and whatever the network does. It does not hold against a process that is
 * paused between asking {@code leads()} and acting: acts on Deployments therefore name the version that they saw.
 */
public final class Leadership implements AutoCloseable {
    /** The name of the Lease. */
    public static final String LEASE = "pavise-manager";

    private static final Logger log = LoggerFactory.getLogger(Leadership.class);
    private static final long CLOSE_SECONDS = 10;

    private final KubernetesClient client;
    private final RenewedLock lock;
    private final Timing timing;
    private final ExecutorService campaign = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("pavise-lead").factory());
    private final ExecutorService renewal = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("pavise-lease").factory());
    private final ExecutorService turns = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("pavise-turns").factory());
    private final Deque<LeaderWork> begun = new ArrayDeque<>();
    private volatile boolean elected;
    private volatile boolean closed;
    private volatile String leader = "";
    private volatile @Nullable CompletableFuture<?> election;

    /**
     * @param identity what tells this manager from others, such as the pod's name
     * @param nanos a clock that only goes forward
     */
    public Leadership(KubernetesClient client, String namespace, String identity, Timing timing, LongSupplier nanos) {
        this.client = client;
        this.timing = timing;
        this.lock = new RenewedLock(new LeaseLock(namespace, LEASE, identity), nanos);
    }

    /** Runs for leader until closed; the work begins in the order given and ends in the reverse one. */
    public void start(List<? extends LeaderWork> work) {
        List<LeaderWork> all = List.copyOf(work);
        campaign.execute(() -> run(all));
    }

    /** Whether this manager leads, and certainly does for as long as one request takes. */
    public boolean leads() {
        return elected && !closed && lock.renewedWithin(timing.fence());
    }

    /** Who leads, as far as this manager has seen; empty before that. */
    public String leader() {
        return leader;
    }

    private void run(List<LeaderWork> work) {
        while (!closed) {
            try {
                CompletableFuture<?> running = new LeaderElector(client, config(work), renewal).start();
                election = running;
                if (closed) {
                    running.cancel(true);
                }
                running.join();
            } catch (CancellationException | CompletionException e) {
                log.debug("an election ended", e);
            } catch (RuntimeException e) {
                log.warn(
                        "running for leader failed, and is tried again: {}",
                        e.getClass().getSimpleName());
            }
            pause();
        }
    }

    private LeaderElectionConfig config(List<LeaderWork> work) {
        LeaderCallbacks callbacks = new LeaderCallbacks(() -> begin(work), this::end, this::told);
        return new LeaderElectionConfig(lock, timing.lease(), timing.renewal(), timing.retry(), callbacks, true, LEASE);
    }

    private void told(String name) {
        leader = name == null ? "" : name;
    }

    private void begin(List<LeaderWork> work) {
        elected = true;
        turn(() -> {
            log.info("this manager leads");
            for (LeaderWork each : work) {
                if (!elected) {
                    return;
                }
                try {
                    begun.push(each);
                    each.begin();
                } catch (RuntimeException e) {
                    log.error("the leader's work cannot begin, so the lead is given up", e);
                    resign();
                    return;
                }
            }
        });
    }

    private void end() {
        elected = false;
        turn(this::endAll);
    }

    private void endAll() {
        while (!begun.isEmpty()) {
            try {
                begun.pop().end();
            } catch (RuntimeException e) {
                log.error("the leader's work did not end well", e);
            }
        }
    }

    // Runs in turn: the work ends first, then the Lease is given up.
    private void resign() {
        elected = false;
        endAll();
        CompletableFuture<?> running = election;
        if (running != null) {
            running.cancel(true);
        }
    }

    private void turn(Runnable step) {
        try {
            turns.execute(step);
        } catch (RejectedExecutionException e) {
            log.debug("closed: all work has ended");
        }
    }

    private void pause() {
        try {
            if (!closed) {
                TimeUnit.NANOSECONDS.sleep(timing.retry().toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** Ends the work, gives the Lease up so that another takes it at once, and ends the threads. */
    @Override
    public void close() {
        closed = true;
        turn(this::resign);
        turns.shutdown();
        await(turns);
        // Not interrupted: the Lease may be on its way back just now.
        campaign.shutdown();
        await(campaign);
        renewal.shutdown();
        await(renewal);
        giveBack();
    }

    // A renewal that was on its way when the Lease was given up took it back. Now none is on its way any more.
    private void giveBack() {
        try {
            lock.giveBack(client);
        } catch (RuntimeException e) {
            log.debug("the Lease was not given back, and runs out", e);
        }
    }

    private static void await(ExecutorService service) {
        try {
            if (!service.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                service.shutdownNow();
            }
        } catch (InterruptedException e) {
            service.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
