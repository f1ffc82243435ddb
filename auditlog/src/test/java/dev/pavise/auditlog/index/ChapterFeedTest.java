package dev.pavise.auditlog.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.index.IndexKey.Standing;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that was written before is hashed and fed again, as the thread does that signs it. */
class ChapterFeedTest {
    private static final int CHAPTERS = 3;
    private static final long END = CHAPTERS * Chapter.RECORDS + 1000;

    @TempDir
    static Path root;

    @SuppressWarnings("NullAway.Init")
    private static IndexedLog log;

    private final MerkleTree tree = new MerkleTree();
    private AuditFolder folder = new AuditFolder(Path.of("unset"));
    private Optional<Checkpoint> newest = Optional.empty();

    @SuppressWarnings("NullAway.Init")
    private LogCursor cursor;

    @SuppressWarnings("NullAway.Init")
    private AuditIndex index;

    @SuppressWarnings("NullAway.Init")
    private ChapterFeed feed;

    @SuppressWarnings("NullAway.Init")
    private Indexer indexer;

    @BeforeAll
    static void fill() throws IOException {
        log = new IndexedLog(root);
        log.fill((int) END);
    }

    @BeforeEach
    void begin() throws Exception {
        folder = log.folder();
        Files.createDirectories(folder.index());
        Folders.delete(folder.index());
        IndexKey key = IndexKey.of(log.key());
        index = log.index(folder);
        feed = new ChapterFeed(key);
        indexer = new Indexer(folder, key, index, () -> newest, MerkleTree::new, () -> Long.MAX_VALUE, feed);
        cursor = new LogCursor(folder);
    }

    @AfterEach
    void close() throws IOException {
        indexer.close();
        cursor.close();
    }

    private void hashTo(long size, boolean feeding) throws IOException {
        while (tree.size() < size) {
            assertEquals(Step.RECORD, cursor.next());
            tree.add(tree.leafHash(cursor.buffer(), cursor.lineOffset(), cursor.lineLength()));
            if (feeding) {
                feed.take(tree, cursor);
            }
        }
        newest = Optional.of(new Checkpoint(log.settings().origin(), tree.size(), tree.root()));
    }

    /** What a chapter says, without its random id. */
    private byte[] content(long number) throws IOException {
        try (Chapter chapter = index.chapter(number).orElseThrow()) {
            byte[] content = chapter.content();
            Arrays.fill(content, Pages.ID_AT, Pages.ID_AT + Pages.ID, (byte) 0);
            return content;
        }
    }

    @Test
    void givesTheSameChaptersAsReading() throws Exception {
        AuditIndex readIndex = index;
        hashTo(END, false);
        indexer.follow();
        byte[][] read = new byte[CHAPTERS][];
        for (int number = 0; number < CHAPTERS; number++) {
            read[number] = content(number);
        }
        assertTrue(readIndex.numbers().size() == CHAPTERS);
        indexer.close();
        cursor.close();

        ChapterFeedTest fed = new ChapterFeedTest();
        fed.begin();
        fed.feed.begin(fed.tree);
        for (int number = 0; number < CHAPTERS; number++) {
            fed.hashTo((number + 1) * Chapter.RECORDS + 10, true);
            assertNotNull(fed.feed.whole(number));
            fed.indexer.follow();
            assertNull(fed.feed.whole(number), "it was taken");
            assertEquals(number + 1, fed.indexer.state().chapters());
            assertArrayEquals(read[number], fed.content(number));
        }
        fed.close();
    }

    @Test
    void sealsNothingThatIsNotSigned() throws Exception {
        feed.begin(tree);
        hashTo(Chapter.RECORDS - 1, true);
        Optional<Checkpoint> before = newest;
        hashTo(Chapter.RECORDS + 5, true);
        newest = before;
        indexer.follow();
        assertTrue(index.numbers().isEmpty());
        assertFalse(Files.exists(AuditIndex.file(folder, 0, Standing.DRAFT)));
    }

    @Test
    void readsWhatWasLetGo() throws Exception {
        feed.begin(tree);
        hashTo(END, true);
        assertNotNull(feed.whole(0));
        indexer.follow();
        assertEquals(CHAPTERS, indexer.state().chapters());
        assertEquals(CHAPTERS << Chapter.HEIGHT, indexer.state().indexed());
        assertNull(feed.whole(0));
    }

    @Test
    void takesOverWhereAChapterBegins() throws Exception {
        hashTo(1000, false);
        feed.begin(tree);
        hashTo(Chapter.RECORDS + 5, true);
        indexer.follow();
        assertEquals(Chapter.RECORDS, indexer.state().indexed());
        hashTo(2 * Chapter.RECORDS + 5, true);
        assertNotNull(feed.whole(1));
        indexer.follow();
        assertEquals(2 * Chapter.RECORDS, indexer.state().indexed());
        assertNull(feed.whole(1));
    }

    /** Whoever has the index believe other records before a chapter does not have it sealed. */
    @Test
    void isReadWhereItDoesNotFollowWhatWasIndexed() throws Exception {
        feed.begin(tree);
        MerkleTree other = new MerkleTree();
        for (long i = 0; i < Chapter.RECORDS; i++) {
            other.add(new byte[MerkleTree.HASH]);
        }
        hashTo(2 * Chapter.RECORDS + 5, true);
        ChapterFeed.Fed first = assertNotNullFed(feed.find(0));
        ChapterFeed.Fed third = assertNotNullFed(feed.find(2));
        assertTrue(first.follows(new MerkleTree()));
        assertFalse(first.follows(other));
        assertTrue(third.follows(upTo(2 * Chapter.RECORDS)));
        MerkleTree changed = new MerkleTree();
        changed.addSubtree(Chapter.HEIGHT + 1, new byte[MerkleTree.HASH]);
        assertFalse(third.follows(changed));
    }

    private MerkleTree upTo(long size) throws IOException {
        MerkleTree grown = new MerkleTree();
        try (LogCursor at = new LogCursor(folder)) {
            while (grown.size() < size) {
                assertEquals(Step.RECORD, at.next());
                grown.add(grown.leafHash(at.buffer(), at.lineOffset(), at.lineLength()));
            }
        }
        return grown;
    }

    private static ChapterFeed.Fed assertNotNullFed(ChapterFeed.@org.jspecify.annotations.Nullable Fed fed) {
        assertNotNull(fed);
        return java.util.Objects.requireNonNull(fed);
    }
}
