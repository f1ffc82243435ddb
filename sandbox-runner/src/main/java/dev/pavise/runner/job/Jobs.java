package dev.pavise.runner.job;

import dev.pavise.runner.queue.RunQueue;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** All jobs that wait or are under way. As many as the queue lets in. */
public final class Jobs {
    private final Workshop workshop;
    private final RunQueue queue;
    private final Map<String, Job> open = new ConcurrentHashMap<>();

    public Jobs(Workshop workshop, RunQueue queue) {
        this.workshop = workshop;
        this.queue = queue;
    }

    /** Lets a job in, or tells it why not; its id, to cancel it by, is nothing that can be guessed. */
    public String submit(String gateway, JobRequest request, JobAnswer answer) {
        Job job = new Job(UUID.randomUUID().toString(), gateway, request, answer, workshop, this);
        open.put(job.id(), job);
        Duration timeout = request.timeout();
        if (timeout == null) {
            queue.enter(request.principal(), job);
        } else {
            queue.enter(request.principal(), job, timeout); // who waits no longer needs no place
        }
        return job.id();
    }

    /** Cancels a job of this gateway; false where it has none by that id. */
    public boolean cancel(String gateway, String id) {
        Job job = open.get(id);
        if (job == null || !job.gateway().equals(gateway)) {
            return false;
        }
        job.cancel();
        return true;
    }

    /** Cancels all there are. */
    public void cancelAll() {
        open.values().forEach(Job::cancel);
    }

    /** Waits until there is none; false where time ran out. */
    public boolean awaitNone(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        synchronized (open) {
            while (!open.isEmpty()) {
                long left = until - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(open, Math.max(left, 1));
            }
        }
        return true;
    }

    public RunQueue queue() {
        return queue;
    }

    boolean leave(Job job) {
        return queue.leave(job);
    }

    void over(Job job) {
        open.remove(job.id());
        synchronized (open) {
            open.notifyAll();
        }
    }
}
