package dev.pavise.k8s.lead;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock that remembers when it was last renewed, by this process's own clock that only goes forward: whoever was paused or cut off knows by it that the Lease
 * may have gone to another, before the API server can say so.
 */
final class RenewedLock implements Lock {
    private final Lock lock;
    private final LongSupplier nanos;
    private volatile boolean held;
    private volatile long renewedAt;
    private @Nullable LeaderElectionRecord seen;
    private long seenAt;

    RenewedLock(Lock lock, LongSupplier nanos) {
        this.lock = lock;
        this.nanos = nanos;
    }

    /** Whether it was renewed within the given time. */
    boolean renewedWithin(Duration time) {
        return held && nanos.getAsLong() - renewedAt < time.toNanos();
    }

    // Another's Lease has run out when it was not renewed for its time by the clock here: clocks of two nodes need not
    // agree.
    @Override
    public @Nullable LeaderElectionRecord get(KubernetesClient client) {
        LeaderElectionRecord now = lock.get(client);
        if (now == null || identity().equals(now.getHolderIdentity())) {
            seen = null;
            return now;
        }
        if (!now.equals(seen)) {
            seen = now;
            seenAt = nanos.getAsLong();
        }
        return new LeaderElectionRecord(
                now.getHolderIdentity(),
                now.getLeaseDuration(),
                now.getAcquireTime(),
                ZonedDateTime.now(ZoneOffset.UTC).minusNanos(nanos.getAsLong() - seenAt),
                now.getLeaderTransitions());
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord leaderElectionRecord) {
        long before = nanos.getAsLong();
        lock.create(client, leaderElectionRecord);
        renewed(leaderElectionRecord, before);
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord leaderElectionRecord) {
        long before = nanos.getAsLong();
        lock.update(client, leaderElectionRecord);
        renewed(leaderElectionRecord, before);
    }

    /** Leaves the Lease to whoever wants it, if it is held by this process; not while a renewal is on its way. */
    void giveBack(KubernetesClient client) {
        LeaderElectionRecord now = lock.get(client);
        if (now == null || !identity().equals(now.getHolderIdentity())) {
            return;
        }
        held = false;
        ZonedDateTime time = ZonedDateTime.now(ZoneOffset.UTC);
        lock.update(
                client, new LeaderElectionRecord("", Duration.ofSeconds(1), time, time, now.getLeaderTransitions()));
    }

    // What counts is when the request began: the API server wrote it down later than that.
    private void renewed(LeaderElectionRecord record, long before) {
        renewedAt = before;
        held = identity().equals(record.getHolderIdentity());
    }

    @Override
    public String identity() {
        return lock.identity();
    }

    @Override
    public String describe() {
        return lock.describe();
    }
}
