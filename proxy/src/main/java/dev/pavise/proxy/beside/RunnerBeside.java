package dev.pavise.proxy.beside;

import dev.pavise.proxy.config.ToolsConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a runner running beside the gateway: starts it, starts it again when it ends (at first after a second, then less and less often), and
 * ends it with the gateway. The gateway itself runs no tool, and starts no other process than this.
 */
public final class RunnerBeside implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunnerBeside.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration GOOD_LIFE = Duration.ofMinutes(1);
    /** Longer than a runner's own draining. */
    private static final Duration DRAINED = Duration.ofSeconds(40);

    private static final Duration CLOSED = Duration.ofSeconds(10);

    private final Listener listener;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Plan wanted;
    private boolean closed;
    private @Nullable Thread keeper;

    /** Is told where the runner is, by threads of this class. */
    public interface Listener {
        /** It serves there. */
        void up(ToolsConfig.Runner where);

        /** It does not, or only for what it has under way. */
        void down();
    }

    public RunnerBeside(Listener listener, InstantSource clock) {
        this.listener = listener;
        this.clock = clock;
    }

    /** Has the runner be as planned from now on. One that is otherwise drains first, and ends. */
    public void want(Plan plan) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            Plan now = wanted;
            if (now == null || !now.isSame(plan)) {
                wanted = plan;
            }
            if (keeper == null) {
                // Not a virtual thread: the kernel ends the runner with the thread that started it.
                keeper = Thread.ofPlatform().daemon().name("runner-beside").start(this::keep);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Has no runner from now on. */
    public void wantNone() {
        lock.lock();
        try {
            wanted = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void keep() {
        Duration pause = FIRST_PAUSE;
        try {
            for (Plan plan = next(); plan != null; plan = next()) {
                long started = System.nanoTime();
                String end = serve(plan);
                boolean good = System.nanoTime() - started > GOOD_LIFE.toNanos();
                pause = good ? FIRST_PAUSE : pause;
                if (isWanted(plan)) {
                    log.warn("the runner beside the gateway {}; it is started again in {} s", end, pause.toSeconds());
                    listener.down();
                    rest(plan, pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
                } else {
                    pause = FIRST_PAUSE;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a plan; null when there will be none any more. */
    private @Nullable Plan next() throws InterruptedException {
        lock.lock();
        try {
            while (wanted == null && !closed) {
                changed.await();
            }
            return closed ? null : wanted;
        } finally {
            lock.unlock();
        }
    }

    private boolean isWanted(Plan plan) {
        lock.lock();
        try {
            return plan.equals(wanted) && !closed;
        } finally {
            lock.unlock();
        }
    }

    private void rest(Plan plan, Duration pause) throws InterruptedException {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (left > 0 && plan.equals(wanted) && !closed) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs one until it ends, or is not wanted any more; how it ended. */
    private String serve(Plan plan) throws InterruptedException {
        Running running;
        try {
            running = Running.start(plan, clock);
        } catch (IOException failure) {
            return "cannot be started: " + failure.getMessage();
        }
        Process process = running.process();
        try {
            log.info("started a runner beside the gateway, process {}, as {}", process.pid(), plan.described());
            running.onReady(where -> {
                if (process.isAlive() && isWanted(plan)) {
                    log.info("the runner beside the gateway serves at {}", where.url());
                    listener.up(where);
                }
            });
            process.onExit().thenRun(this::signal);
            if (awaitEnd(plan, process)) {
                return "ended with " + process.exitValue();
            }
            listener.down();
            end(process);
            return "was ended";
        } finally {
            process.destroyForcibly(); // does nothing where it has ended
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it ended by itself; else it is not wanted any more. */
    private boolean awaitEnd(Plan plan, Process process) throws InterruptedException {
        lock.lock();
        try {
            while (process.isAlive() && plan.equals(wanted) && !closed) {
                changed.await();
            }
            return !process.isAlive();
        } finally {
            lock.unlock();
        }
    }

    private void end(Process process) throws InterruptedException {
        process.destroy();
        long begun = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - begun < patience().toNanos()) {
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
        if (process.isAlive()) {
            log.warn("the runner beside the gateway did not end when it was told to; it is killed");
            process.destroyForcibly().waitFor(CLOSED.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private Duration patience() {
        lock.lock();
        try {
            return closed ? CLOSED : DRAINED;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the runner, and waits for it. */
    @Override
    public void close() {
        Thread ending;
        lock.lock();
        try {
            closed = true;
            ending = keeper;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            try {
                ending.join(CLOSED.multipliedBy(3).toMillis());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
