package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * Keeps a few {@link Standby}s. A run takes one, or makes one where none is left; when a run has ended they are made up again, by a thread
 * that does nothing else, so that this takes no time of a run that begins. Where none can be made, the next run is told why.
 */
final class Standbys {
    /** As many as a burst of calls may bring at once; each is a process of some 100 KiB. */
    private static final int MOST = 4;

    private static final OptionalInt NO_NETWORK = OptionalInt.empty();

    private final Host host;
    private final Path runs;
    private final int kept;
    private final Queue<Standby> ready = new ConcurrentLinkedQueue<>();
    private final Queue<Standby> unfinished = new ConcurrentLinkedQueue<>();
    private final Semaphore wanted = new Semaphore(0);
    private final Thread maker;
    private volatile boolean closing;

    /** For a backend of so many runs at once, in this folder. */
    Standbys(Host host, Path folder, int runs) {
        this.host = host;
        this.runs = folder;
        this.kept = Math.min(runs, MOST);
        this.maker = Thread.ofPlatform().daemon().name("standby").start(this::make);
    }

    /** One for a run without network. */
    Standby take() throws IOException {
        for (Standby one = ready.poll(); one != null; one = ready.poll()) {
            if (one.process().isAlive()) {
                return one;
            }
            takeBack(one);
        }
        return Standby.open(host, runs, NO_NETWORK);
    }

    /** One for a run that has this port of a network of its own. */
    Standby take(OptionalInt port) throws IOException {
        return port.isEmpty() ? take() : Standby.open(host, runs, port);
    }

    private void takeBack(Standby one) {
        try {
            one.takeBack();
        } catch (IOException e) {
            unfinished.add(one);
        }
    }

    private void takeBackUnfinished() {
        for (int left = unfinished.size(); left > 0; left--) {
            takeBack(unfinished.remove());
        }
    }

    /** A run has ended, and there is time to make them up. */
    void fill() {
        wanted.release();
    }

    /** Those that wait, by their ids. */
    Set<String> ready() {
        return ready.stream().map(Standby::id).collect(Collectors.toSet());
    }

    private void make() {
        while (!closing) {
            wanted.acquireUninterruptibly();
            wanted.drainPermits();
            takeBackUnfinished();
            try {
                while (!closing && ready.size() < kept) {
                    ready.add(Standby.open(host, runs, NO_NETWORK));
                }
            } catch (IOException | RuntimeException e) {
                // The next run makes its own, and says what stands in the way.
            }
        }
    }

    /** Ends those that wait, and makes none any more. */
    void end() throws InterruptedException {
        closing = true;
        wanted.release();
        maker.join();
        for (Standby one = ready.poll(); one != null; one = ready.poll()) {
            takeBack(one);
        }
        takeBackUnfinished();
    }
}
