package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.index.AuditIndex;
import dev.pavise.auditlog.index.ChapterFeed;
import dev.pavise.auditlog.index.IndexKey;
import dev.pavise.auditlog.index.Indexer;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps the index of an open log, on a thread of its own. The log does not depend on it. */
final class IndexThread implements Closeable {
    private final AuditIndex index;
    private final Indexer indexer;
    private final AuditSettings settings;
    private final SigningKey key;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("audit-index").unstarted(this::run);

    /** @param newest the newest checkpoint, as this process signed it or verified it when it opened the log */
    IndexThread(
            AuditSettings settings,
            AuditFolder folder,
            SigningKey key,
            IndexKey derived,
            ChapterFeed feed,
            Supplier<@Nullable SealedTree> newest,
            Room room) {
        this.settings = settings;
        this.key = key;
        this.index = new AuditIndex(folder, derived);
        this.indexer = new Indexer(
                folder,
                derived,
                index,
                () -> Optional.ofNullable(newest.get()).map(SealedTree::checkpoint),
                () -> removed(folder),
                () -> room.free() - settings.lowWaterBytes() - Room.BACK,
                feed);
    }

    static IndexKey derive(SigningKey key) throws IOException {
        try {
            return IndexKey.of(key);
        } catch (GeneralSecurityException e) {
            throw new IOException("no key for the index can be derived", e);
        }
    }

    /** The tree of the records that retention removed. */
    private MerkleTree removed(AuditFolder folder) {
        try {
            return Files.exists(folder.cut())
                    ? Cut.parse(Texts.read(folder.cut()), settings.origin(), key.publicKey())
                            .map(Cut::tree)
                            .orElseGet(MerkleTree::new)
                    : new MerkleTree();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    AuditIndex index() {
        return index;
    }

    Indexer.State state() {
        return indexer.state();
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                indexer.follow();
            } while (!stop.await(settings.sealEvery().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            indexer.close();
        }
    }

    @Override
    public void close() {
        stop.countDown();
        indexer.stop();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
