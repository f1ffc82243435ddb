package dev.pavise.proxy.issuer;

import dev.pavise.policy.identity.PublishedKeys;
import dev.pavise.policy.identity.RemoteKeys;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer: fetched ahead of time, asked for anew when a token names one that is not there, believed for a while when the issuer is
 * away.
 *
 * <p>Guarantees: one fetch at a time; those that tokens ask for have ten seconds between them, however many tokens come; what was withdrawn does
 * not count once a fetch has told so; keys older than {@code keep} do not count at all. Callers never wait in here.
 */
final class IssuerKeys implements RemoteKeys {
    /** From the end of a fetch that a token asked for to the next one. */
    static final Duration BETWEEN = Duration.ofSeconds(10);

    /** How many requests may wait for one fetch. */
    static final int MOST_WAITING = 1000;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    // Clocks are set; keys that seem to come from further ahead are not believed.
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final RemoteIssuer issuer;
    private final Surroundings around;
    private final IssuerFigures figures;
    private final IssuerLog log;
    private volatile @Nullable Held held;

    // Below: guarded by this.
    private @Nullable CompletableFuture<Boolean> running;
    private int waiting;
    private int failures;
    private boolean askedFor;
    private long askedForNanos;
    private boolean everAskedFor;
    private boolean started;
    private boolean closed;
    private boolean ranOut;
    private @Nullable Future<?> next;
    private @Nullable Future<?> end;

    private record Held(State.Ready ready, Instant fetched) {
        PublishedKeys keys() {
            return ready.keys();
        }
    }

    /** @param kept what was kept of an earlier run, or null */
    IssuerKeys(
            RemoteIssuer issuer,
            Surroundings around,
            IssuerFigures figures,
            @Nullable PublishedKeys kept,
            Instant fetched) {
        this.issuer = issuer;
        this.around = around;
        this.figures = figures;
        this.log = new IssuerLog(issuer);
        this.held = kept == null ? null : new Held(new State.Ready(kept), fetched);
    }

    RemoteIssuer issuer() {
        return issuer;
    }

    @Override
    public State now() {
        Held current = held;
        if (current == null) {
            return new State.Missing();
        }
        return counts(current) ? current.ready() : new State.Stale();
    }

    private boolean counts(Held current) {
        Duration age = Duration.between(current.fetched(), around.clock().instant());
        return age.compareTo(issuer.keep()) < 0 && age.compareTo(CLOCK_SKEW.negated()) >= 0;
    }

    private double ageSeconds() {
        Held current = held;
        return current == null
                ? Double.NaN
                : Duration.between(current.fetched(), around.clock().instant()).toMillis() / 1000.0;
    }

    /** Begins to fetch. */
    synchronized void start() {
        if (!started && !closed) {
            started = true;
            figures.age(this::ageSeconds);
            watchEnd();
            begin();
        }
    }

    synchronized void close() {
        closed = true;
        cancel(next);
        cancel(end);
        figures.age(() -> Double.NaN);
    }

    @Override
    public synchronized Optional<CompletionStage<?>> ask() {
        if (!started || closed || waiting >= MOST_WAITING) {
            return Optional.empty();
        }
        if (running == null) {
            if (everAskedFor && around.nanos().getAsLong() - askedForNanos < BETWEEN.toNanos()) {
                return Optional.empty();
            }
            askedFor = true;
            begin();
        }
        waiting++;
        return Optional.ofNullable(running);
    }

    // ---- one fetch

    private synchronized void due() {
        if (running == null && !closed) {
            begin();
        }
    }

    private void begin() {
        cancel(next);
        running = new CompletableFuture<>();
        waiting = 0;
        around.threads().execute(this::fetch);
    }

    private void fetch() {
        try {
            Fetched fetched = asked();
            figures.count(fetched.result());
            switch (fetched) {
                case Fetched.Keys keys -> take(keys);
                case Fetched.Failed failed -> miss(failed);
            }
        } catch (RuntimeException bug) {
            log.bug(bug);
        } finally {
            end();
        }
    }

    private Fetched asked() {
        try {
            return around.fetch().fetch(issuer);
        } catch (RuntimeException bug) {
            return new Fetched.Failed(Fetched.Result.FAILED, bug.toString());
        }
    }

    private void take(Fetched.Keys fetched) {
        Held former = held;
        Instant now = around.clock().instant();
        synchronized (this) {
            if (closed) {
                return;
            }
            held = new Held(ready(former, fetched.keys()), now);
            failures = 0;
            ranOut = false;
            watchEnd();
        }
        log.fetched(fetched.keys());
        PublishedKeys before = former == null ? PublishedKeys.NONE : former.keys();
        if (former == null || !before.equals(fetched.keys())) {
            List<String> added = fetched.keys().without(before);
            List<String> removed = before.without(fetched.keys());
            log.changed(added, removed);
            around.change().changed(issuer.name(), added, removed);
        }
        keep(fetched, now);
    }

    /** The same keys stay the same object: tokens that they have verified stay verified. */
    private static State.Ready ready(@Nullable Held former, PublishedKeys fetched) {
        return former != null && former.keys().equals(fetched) ? former.ready() : new State.Ready(fetched);
    }

    private void keep(Fetched.Keys fetched, Instant now) {
        try {
            around.cache().write(issuer, fetched.text(), now);
            log.kept();
        } catch (IOException | RuntimeException failure) {
            log.notKept(failure);
        }
    }

    private void miss(Fetched.Failed failed) {
        synchronized (this) {
            failures++;
        }
        Held current = held;
        log.failed(failed, current == null ? null : current.fetched().plus(issuer.keep()));
        checkEnd();
    }

    /** Sees to the next one, and tells those that wait. */
    private void end() {
        CompletableFuture<Boolean> done;
        synchronized (this) {
            done = running;
            running = null;
            waiting = 0;
            if (askedFor) {
                askedFor = false;
                everAskedFor = true;
                askedForNanos = around.nanos().getAsLong();
            }
            if (!closed) {
                next = around.alarm().after(pause(), this::due);
            }
        }
        if (done != null) {
            done.complete(true);
        }
    }

    /** Ahead of time, and never all gateways at the same moment; after failures soon, then ever later. */
    private Duration pause() {
        if (failures == 0) {
            return scaled(issuer.refresh(), 0.8);
        }
        Duration backOff = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 20));
        return scaled(backOff.compareTo(issuer.refresh()) < 0 ? backOff : issuer.refresh(), 0.5);
    }

    private Duration scaled(Duration whole, double least) {
        return Duration.ofNanos(
                (long) (whole.toNanos() * (least + (1 - least) * around.chance().getAsDouble())));
    }

    // ---- the end of keys

    private void watchEnd() {
        Held current = held;
        cancel(end);
        if (current != null) {
            Duration left =
                    Duration.between(around.clock().instant(), current.fetched().plus(issuer.keep()));
            end = around.alarm().after(left.isNegative() ? Duration.ZERO : left.plusMillis(1), this::checkEnd);
        }
    }

    private void checkEnd() {
        synchronized (this) {
            if (closed || ranOut || !(now() instanceof State.Stale)) {
                return;
            }
            ranOut = true;
        }
        log.ranOut();
        around.change().ranOut(issuer.name());
    }

    private static void cancel(@Nullable Future<?> planned) {
        if (planned != null) {
            planned.cancel(false);
        }
    }
}
