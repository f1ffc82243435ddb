package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.Retained;
import dev.pavise.auditlog.Retained.Reason;
import dev.pavise.auditlog.Retention;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a minute which segments retention lets go, on a thread of its own, and has them removed. A cut waits for those who
 * copy the log elsewhere, for at most a day, and no longer than the segments take a quarter more than they may.
 */
final class Retainer {
    private static final Logger log = LoggerFactory.getLogger(Retainer.class);

    /** How long segments must have been found too old before they are believed to be. */
    static final Duration HOLD = Duration.ofHours(1);

    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration WAIT = Duration.ofDays(1);

    private final AuditSettings settings;
    private final Cutter cutter;
    private final LongSupplier signed;
    private final LongSupplier nanoTime;
    private final Readers readers;
    private final Patience patience;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final LongAdder cuts = new LongAdder();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("audit-retention").unstarted(this::run);
    private long waitsSince = -1;
    private boolean waits;
    private boolean failing;
    private volatile long firstLeft;
    private volatile long bytes;

    Retainer(
            AuditSettings settings,
            Cutter cutter,
            LongSupplier signed,
            Readers readers,
            Duration hold,
            LongSupplier nanoTime)
            throws IOException {
        this.settings = settings;
        this.cutter = cutter;
        this.signed = signed;
        this.readers = readers;
        this.nanoTime = nanoTime;
        this.patience = new Patience(hold, nanoTime);
        this.firstLeft = cutter.firstLeft();
    }

    void start() {
        thread.start();
    }

    void stop() {
        stop.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    long firstLeft() {
        return firstLeft;
    }

    long bytes() {
        return bytes;
    }

    long cuts() {
        return cuts.sum();
    }

    private void run() {
        do {
            pass();
        } while (!stopped());
    }

    private boolean stopped() {
        try {
            return stop.await(EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** One look; a failure is logged once, and what failed is tried again at the next. */
    void pass() {
        try {
            now(settings.retention(), true);
            failing = false;
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                failing = true;
                log.error("retention of {} failed, and is tried again: {}", settings.dir(), e.toString());
            }
        }
    }

    /** Removes what may go; {@code patient} leaves what has not been too old for long, and what others have yet to copy. */
    synchronized Optional<Retained> now(Retention keep, boolean patient) throws IOException {
        try {
            return look(keep, patient);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Optional<Retained> look(Retention keep, boolean patient) throws IOException {
        cutter.recordLate();
        List<Part> parts = cutter.parts();
        Optional<Retained> resumed = cutter.resume(parts);
        if (resumed.isPresent()) {
            parts = cutter.parts();
            log.info("audit log {}: an earlier cut was carried out to its end: {}", settings.dir(), resumed.get());
        }
        Optional<Retained> done = cut(keep, patient, parts);
        bytes = RetentionPlan.bytes(cutter.parts()); // what is shown is what is there now
        return done.or(() -> resumed);
    }

    private Optional<Retained> cut(Retention keep, boolean patient, List<Part> parts) throws IOException {
        int bySize = RetentionPlan.bySize(parts, keep.bytes());
        int byAge = byAge(keep, patient, parts);
        long bound = signed.getAsLong();
        Reason reason = bySize >= byAge ? Reason.SIZE : Reason.AGE;
        Optional<RetentionPlan> wanted = RetentionPlan.of(parts, Math.max(bySize, byAge), bound, reason);
        if (wanted.isEmpty() || wanted.get().stays().first() <= cutter.firstLeft()) {
            return Optional.empty();
        }
        Optional<RetentionPlan> plan = wanted;
        List<String> behind = readers.behind(wanted.get().stays().first());
        if (patient && !behind.isEmpty() && waits(keep, parts)) {
            plan = RetentionPlan.of(parts, wanted.get().goes().size(), Math.min(bound, readers.slowest()), reason);
            behind = List.of();
        }
        if (plan.isEmpty() || plan.get().stays().first() <= cutter.firstLeft()) {
            return Optional.empty();
        }
        waits = false; // whoever copies has come further
        Retained retained = cutter.carryOut(plan.get(), bound, behind);
        firstLeft = retained.to();
        cuts.increment();
        log.info(
                "audit log {} was cut: {}{}",
                settings.dir(),
                retained,
                behind.isEmpty() ? "" : ", not copied by " + behind);
        return Optional.of(retained);
    }

    private int byAge(Retention keep, boolean patient, List<Part> parts) {
        Duration age = keep.age();
        if (age == null || parts.isEmpty()) {
            return 0;
        }
        int old = RetentionPlan.byAge(parts, age, settings.clock().instant());
        if (!patient) {
            return old;
        }
        int believed = patience.believed(old == 0 ? 0 : parts.get(old).number());
        return (int) parts.stream().filter(part -> part.number() < believed).count();
    }

    private boolean waits(Retention keep, List<Part> parts) {
        if (!waits) {
            waits = true;
            waitsSince = nanoTime.getAsLong();
        }
        boolean room = RetentionPlan.bytes(parts) - keep.bytes() <= keep.bytes() / 4;
        return room && nanoTime.getAsLong() - waitsSince < WAIT.toNanos();
    }
}
