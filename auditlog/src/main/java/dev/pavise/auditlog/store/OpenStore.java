package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStats;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Retained;
import dev.pavise.auditlog.Retention;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.index.ChapterFeed;
import dev.pavise.auditlog.index.IndexKey;
import dev.pavise.auditlog.index.Indexer;
import dev.pavise.auditlog.proof.Prover;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.AuditSearch;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of an open log, put together, and the threads that look after it. */
public final class OpenStore implements AuditStore {
    private static final Logger log = LoggerFactory.getLogger(OpenStore.class);

    private final AuditSettings settings;
    private final FolderLock lock;
    private final Room room;
    private final Writer writer;
    private final Sealer sealer;
    private final @Nullable Mirror mirror;
    private final IndexThread indexing;
    private final @Nullable Witnessing witnessing;
    private final AuditLog taking;
    private final AuditSearch search;
    private final Readers readers = new Readers();
    private final Cutter cutter;
    private final Retainer retainer;
    private final OpenStats stats;
    private final Prover prover;
    private final Ticks ticks;
    private final Keeper keeper;
    private final Thread copier =
            Thread.ofPlatform().daemon().name("audit-mirror").unstarted(this::copy);
    private boolean closed;

    private OpenStore(AuditSettings settings, AuditFolder folder, FolderLock lock, Room room, SigningKey key)
            throws IOException {
        this.settings = settings;
        this.lock = lock;
        this.ticks = new Ticks(settings.sealEvery());
        this.room = room;
        SideFiles sides = new SideFiles(folder);
        try {
            List<Integer> segments = folder.segments();
            int last = segments.isEmpty() ? 0 : segments.getLast();
            Recovery recovery = Recovery.run(settings, folder, sides, key);
            recovery.release(room);
            IndexKey indexKey = IndexThread.derive(key);
            ChapterFeed feed = new ChapterFeed(indexKey);
            sealer = new Sealer(settings, folder, key, sides, recovery, last + 1, feed);
            writer = new Writer(settings, folder, room, last, recovery.tree().size());
            mirror = settings.mirror() == null ? null : new Mirror(settings.mirror(), folder, writer::durable);
            prover = Prover.of(folder.dir());
            indexing = new IndexThread(settings, folder, key, indexKey, feed, sealer::newestTree, room);
            search = AuditSearch.live(folder, writer::size, indexing.index());
            cutter = new Cutter(settings, folder, key, room, writer);
            retainer = retainer(Retainer.HOLD, System::nanoTime);
            if (mirror != null) {
                readers.add("mirror", mirror::next);
            }
            witnessing = Witnessing.of(settings, folder, sealer::newestTree, this::record);
            keeper = new Keeper(settings, room, writer, sealer, witnessing, ticks);
            taking = witnessing != null && witnessing.required() ? new WitnessedLog(writer, witnessing) : writer;
            stats = new OpenStats(writer, taking, sealer, room, mirror, retainer, witnessing, keeper);
            recordOpening(recovery);
        } catch (IOException | RuntimeException e) {
            sides.close();
            throw e;
        }
    }

    /** A retainer of this log, with a clock of its own. */
    Retainer retainer(Duration hold, LongSupplier nanoTime) throws IOException {
        return new Retainer(settings, cutter, sealer::signed, readers, hold, nanoTime);
    }

    /** Opens the folder, makes what is missing, and carries on where the last process stopped. */
    public static AuditStore open(AuditSettings settings) throws AuditOpenException {
        try {
            Layout.outside(settings);
            Layout.prepare(settings.dir());
            AuditFolder folder = new AuditFolder(settings.dir());
            FolderLock lock = FolderLock.take(folder.lock());
            try {
                SigningKey key = KeyFile.readOrMake(settings.key());
                Layout.publicKey(folder.publicKey(), key.publicPem());
                Room room = new Room(settings.dir(), folder.reserve(), settings.lowWaterBytes());
                OpenStore store = new OpenStore(settings, folder, lock, room, key);
                store.start();
                return store;
            } catch (IOException | RuntimeException | Error e) {
                lock.close();
                throw e;
            }
        } catch (AuditOpenException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new AuditOpenException("audit folder `" + settings.dir() + "` cannot be opened: " + e, e);
        }
    }

    private void recordOpening(Recovery recovery) throws IOException {
        record(OwnEvents.opened(settings, recovery.tree().size()));
        for (Recovery.Gap gap : recovery.gaps()) {
            log.error("audit log {}: records {} to {} are missing", settings.dir(), gap.from(), gap.to() - 1);
            record(OwnEvents.gap(settings, gap));
        }
        if (!recovery.damages().isEmpty()) {
            log.error("audit log {} is damaged: {}", settings.dir(), recovery.damages());
            record(OwnEvents.damaged(settings, recovery.damages()));
        }
        if (!recovery.gaps().isEmpty() && recovery.base().isPresent()) {
            sealer.keepNote(recovery.base().get().note());
        }
    }

    private void record(AuditRecord event) {
        writer.append(event, new Stored() {
            @Override
            public void stored(long seq) {}

            @Override
            public void unavailable(AuditUnavailable why) {
                log.error("event {} was not recorded: {}", event.eventType(), why);
            }
        });
    }

    private void start() {
        if (writer.unavailable().isEmpty()) {
            room.fillReserve();
        }
        keeper.start();
        indexing.start();
        retainer.start();
        if (witnessing != null) {
            witnessing.start();
        }
        if (mirror != null) {
            copier.start();
        }
    }

    private void copy() {
        Mirror copying = Objects.requireNonNull(mirror);
        boolean busy = true;
        while (ticks.await(busy)) {
            busy = copying.copy();
        }
        copying.copy();
        copying.close();
    }

    @Override
    public AuditLog log() {
        return taking;
    }

    @Override
    public AuditStats stats() {
        return stats;
    }

    @Override
    public AuditPage query(AuditQuery query) throws IOException {
        return search.page(query);
    }

    @Override
    public Indexer.State index() {
        return indexing.state();
    }

    @Override
    public AuditSearch search() {
        return search;
    }

    @Override
    public Optional<byte[]> line(long seq) throws IOException {
        return seq < 0 || seq >= writer.size() ? Optional.empty() : Finder.line(new AuditFolder(settings.dir()), seq);
    }

    @Override
    public String checkpoint() {
        return sealer.newest();
    }

    @Override
    public void holdFor(String reader, LongSupplier next) {
        readers.add(reader, next);
    }

    @Override
    public Optional<Retained> retain(Retention retention) throws IOException {
        return retainer.now(retention, false);
    }

    @Override
    public Prover prover() {
        return prover;
    }

    @Override
    public String cosignedCheckpoint() {
        return witnessing == null ? "" : witnessing.note();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        retainer.stop();
        record(OwnEvents.closed(settings));
        writer.close();
        ticks.stop();
        indexing.close();
        keeper.join();
        join(copier);
        keeper.seal(true);
        if (witnessing != null) {
            witnessing.close();
            keeper.seal(true);
        }
        try (lock;
                sealer) {
            log.debug("audit log {} is closed", settings.dir());
        } catch (IOException e) {
            log.warn("audit log {} was not closed cleanly: {}", settings.dir(), e.toString());
        }
    }

    static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
