package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.AuditUnavailable.Reason;
import dev.pavise.auditlog.codec.SealedTree;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that looks after an open log: hashes what was stored, a little at a time, signs it each second, and has the writer
 * look after its room.
 */
final class Keeper {
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);

    private final AuditSettings settings;
    private final Room room;
    private final Writer writer;
    private final Sealer sealer;
    private final @Nullable Witnessing witnessing;
    private final Ticks ticks;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("audit-keeper").unstarted(this::run);
    private final LongAdder failures = new LongAdder();
    private boolean failing;
    private volatile long caughtUpNanos = System.nanoTime();

    Keeper(
            AuditSettings settings,
            Room room,
            Writer writer,
            Sealer sealer,
            @Nullable Witnessing witnessing,
            Ticks ticks) {
        this.settings = settings;
        this.room = room;
        this.writer = writer;
        this.sealer = sealer;
        this.witnessing = witnessing;
        this.ticks = ticks;
    }

    void start() {
        thread.start();
    }

    void join() {
        OpenStore.join(thread);
    }

    /** How often no checkpoint could be made. */
    long failures() {
        return failures.sum();
    }

    /** How long ago all that was stored was under a checkpoint. */
    long behindMillis() {
        return (System.nanoTime() - caughtUpNanos) / 1_000_000;
    }

    private void run() {
        long sealEvery = settings.sealEvery().toNanos();
        long lastSeal = System.nanoTime();
        while (ticks.await(isBusy())) {
            writer.tick();
            follow();
            if (System.nanoTime() - lastSeal >= sealEvery) {
                lastSeal = System.nanoTime();
                seal(false);
            }
        }
    }

    private boolean isBusy() {
        return sealer.signed() < writer.size() || writer.unavailable().isPresent();
    }

    private void follow() {
        try {
            sealer.follow(writer.durable());
        } catch (Sealer.UnreadableLogException e) {
            unreadable(e);
        } catch (IOException | RuntimeException e) {
            log.debug("the log {} is read again for the next checkpoint: {}", settings.dir(), e.toString());
        }
    }

    /** Signs what was stored; a failure is counted, logged once, and tried again at the next call. */
    void seal(boolean keep) {
        long now = System.nanoTime();
        try {
            sealer.seal(writer.durable(), keep);
            caughtUpNanos = now;
            takeCosigned();
            if (failing && writer.unavailable().isEmpty()) {
                room.fillReserve();
            }
            failing = false;
        } catch (Sealer.UnreadableLogException e) {
            unreadable(e);
        } catch (IOException | RuntimeException e) {
            failures.increment();
            room.spendReserve();
            if (!failing) {
                log.error("no checkpoint can be written for {}, tried again: {}", settings.dir(), e.toString());
            }
            failing = true;
            tryFolder();
        }
    }

    private void unreadable(Sealer.UnreadableLogException e) {
        failures.increment();
        writer.failForGood(new AuditUnavailable(Reason.BROKEN, String.valueOf(e.getMessage())));
    }

    /** Where the folder itself cannot be written, and not only the anchor, no record is taken: none would ever be signed. */
    private void tryFolder() {
        try {
            if (!room.lowForSegment()) {
                room.tryFolder();
            }
        } catch (IOException e) {
            writer.onFolderLost(e);
        }
    }

    private void takeCosigned() throws IOException {
        SealedTree cosigned = witnessing == null ? null : witnessing.takeNew();
        if (cosigned != null) {
            sealer.cosigned(cosigned);
        }
    }
}
