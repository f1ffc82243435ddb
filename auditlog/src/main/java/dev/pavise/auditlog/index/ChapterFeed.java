package dev.pavise.auditlog.index;

import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.segment.LogCursor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the records of whole chapters from the thread that hashes them for the signed tree, so that they need not be read and
 * hashed again. What is taken are the very bytes that were hashed, in the memory in which they were, so whoever changes the
 * folder meanwhile can make the index leave out no more than if it had read records and compared them with a signed root.
 *
 * <p>Never makes that thread wait, and holds at most two chapters: a chapter that becomes whole while the one before is not yet
 * written is let go, and the {@link Indexer} reads it from the log. Used by two threads, each with its own methods.
 */
public final class ChapterFeed {
    private static final Logger log = LoggerFactory.getLogger(ChapterFeed.class);

    /** A chapter and the left edge of the tree of all records before it. */
    static final class Fed {
        private final long number;
        private final List<byte[]> edge;
        private final ChapterDraft draft;
        private byte[] root = {};

        private Fed(long number, List<byte[]> edge, ChapterDraft draft) {
            this.number = number;
            this.edge = edge;
            this.draft = draft;
        }

        long number() {
            return number;
        }

        /** Whether this is the tree of the records before the chapter. */
        boolean follows(MerkleTree tree) {
            List<byte[]> other = tree.edge();
            boolean same = tree.size() == number << Chapter.HEIGHT && other.size() == edge.size();
            for (int i = 0; same && i < other.size(); i++) {
                same = Arrays.equals(other.get(i), edge.get(i));
            }
            return same;
        }

        /** Only of a chapter that is whole. */
        ChapterDraft draft() {
            return draft;
        }

        /** The root of the chapter's records; only of a chapter that is whole. */
        byte[] root() {
            return root;
        }
    }

    private final SipHash hash;
    private final AtomicReference<@Nullable Fed> whole = new AtomicReference<>();
    private final AtomicReference<@Nullable ChapterDraft> spare = new AtomicReference<>();
    private volatile @Nullable Fed taking;

    public ChapterFeed(IndexKey key) {
        this.hash = key.hash();
    }

    /** Where the hashing thread begins, before it takes anything. */
    public void begin(MerkleTree tree) {
        if ((tree.size() & (Chapter.RECORDS - 1)) == 0) {
            taking = next(tree, free());
        }
    }

    /** Takes the record at a cursor, of which the tree was just given the leaf hash. Throws nothing. */
    public void take(MerkleTree tree, LogCursor at) {
        Fed now = taking;
        try {
            if (now != null) {
                now.draft.take(at.buffer(), at.lineOffset(), at.lineLength(), at.location());
            }
            if ((tree.size() & (Chapter.RECORDS - 1)) == 0) {
                turn(tree, now);
            }
        } catch (RuntimeException e) {
            taking = null;
            log.warn("a chapter of the index will be read from the log: {}", e.toString());
        }
    }

    private void turn(MerkleTree tree, @Nullable Fed done) {
        ChapterDraft draft = null;
        if (done != null) {
            done.root = tree.wholeSubtree(Chapter.HEIGHT);
            if (!whole.compareAndSet(null, done)) {
                draft = done.draft;
            }
        }
        taking = next(tree, draft == null ? free() : draft);
    }

    private ChapterDraft free() {
        ChapterDraft kept = spare.getAndSet(null);
        return kept == null ? new ChapterDraft(hash) : kept;
    }

    private static Fed next(MerkleTree tree, ChapterDraft draft) {
        long number = tree.size() >> Chapter.HEIGHT;
        draft.begin(number);
        return new Fed(number, tree.edge(), draft);
    }

    /**
     * For the thread that builds the index: the chapter that is taken, or is whole, if it is the one with this number. What it
     * holds is to be used when the chapter is whole and has been asked for by {@link #whole}.
     */
    @Nullable
    Fed find(long number) {
        Fed now = taking; // looked at first, as a chapter is whole before the next one is taken
        return now != null && now.number == number ? now : whole(number);
    }

    /** For the thread that builds the index: the chapter with this number, whole; it is that thread's until it lets it go. */
    @Nullable
    Fed whole(long number) {
        Fed done = whole.get();
        if (done != null && done.number < number) {
            letGo(done);
            return null;
        }
        return done != null && done.number == number ? done : null;
    }

    /** For the thread that builds the index, which is done with a whole chapter. */
    void letGo(Fed done) {
        if (whole.compareAndSet(done, null)) {
            spare.set(done.draft);
        }
    }
}
