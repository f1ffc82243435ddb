package dev.pavise.runner.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Lets so many run at the same time, so many more wait for so long, and turns all others away. Turns go round among principals. Nothing is told while
 * the lock is held, so that what is told may ask for something in turn.
 */
public final class RunQueue {
    private final int places;
    private final long patienceNanos;
    private final LongSupplier nanoTime;
    private final FairQueue<Waiting> waiting;
    private int running;
    private boolean draining;

    private record Waiting(Turn turn, long untilNanos) {}

    /** @param nanoTime the clock of deadlines */
    public RunQueue(int places, int room, Duration patience, LongSupplier nanoTime) {
        if (places < 1 || room < 0 || patience.isNegative()) {
            throw new IllegalArgumentException("a queue without a place would never let anything run");
        }
        this.places = places;
        this.patienceNanos = patience.toNanos();
        this.nanoTime = nanoTime;
        this.waiting = new FairQueue<>(room);
    }

    /** Asks for a place, for as long as anything may wait. */
    public void enter(String principal, Turn turn) {
        enter(principal, turn, Duration.ofNanos(patienceNanos));
    }

    /** Asks for a place. What was asked for is told what becomes of it, now or later, but not later than that. */
    public void enter(String principal, Turn turn, Duration atMost) {
        List<Runnable> told = new ArrayList<>();
        synchronized (this) {
            if (draining) {
                told.add(() -> turn.turnedAway(Busy.RUNNER_DRAINING));
            } else if (running < places && waiting.size() == 0) {
                told.add(begin(turn));
            } else {
                offer(principal, turn, atMost, told);
            }
        }
        told.forEach(Runnable::run);
    }

    private void offer(String principal, Turn turn, Duration atMost, List<Runnable> told) {
        long nanos = atMost.compareTo(Duration.ofNanos(patienceNanos)) < 0 ? atMost.toNanos() : patienceNanos;
        switch (waiting.offer(principal, new Waiting(turn, nanoTime.getAsLong() + nanos))) {
            case FairQueue.Offer.Waits<Waiting> waits -> {}
            case FairQueue.Offer.InsteadOf<Waiting>(Waiting out) ->
                told.add(() -> out.turn().turnedAway(Busy.RUNNER_BUSY));
            case FairQueue.Offer.Full<Waiting> full -> told.add(() -> turn.turnedAway(Busy.RUNNER_BUSY));
        }
    }

    /** Takes out what does not want to wait any more; it is told nothing. False where it does not wait. */
    public synchronized boolean leave(Turn turn) {
        return waiting.removeIf(each -> each.turn().equals(turn));
    }

    /** Turns away what waited too long. To be called now and then. */
    public void sweep() {
        List<Runnable> told = new ArrayList<>();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            waiting.removeIf(each -> {
                boolean late = now - each.untilNanos() >= 0;
                return late && told.add(() -> each.turn().turnedAway(Busy.QUEUE_TIMEOUT));
            });
        }
        told.forEach(Runnable::run);
    }

    /** From now on nothing gets a place, what waits included. */
    public void drain() {
        List<Runnable> told = new ArrayList<>();
        synchronized (this) {
            draining = true;
            waiting.removeIf(each -> told.add(() -> each.turn().turnedAway(Busy.RUNNER_DRAINING)));
        }
        told.forEach(Runnable::run);
    }

    /** How many have a place. */
    public synchronized int running() {
        return running;
    }

    /** How many wait for one. */
    public synchronized int length() {
        return waiting.size();
    }

    public synchronized boolean draining() {
        return draining;
    }

    void free() {
        Runnable told = () -> {};
        synchronized (this) {
            running--;
            Optional<Waiting> next = waiting.poll();
            if (next.isPresent()) {
                told = begin(next.get().turn());
            }
        }
        told.run();
    }

    private Runnable begin(Turn turn) {
        running++;
        Place place = new Place(this);
        return () -> turn.begin(place);
    }
}
