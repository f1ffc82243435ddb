package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * So many records, read one after the other.
 *
 * @param place where the first one is
 * @param next where the one behind the last is
 * @param bytes the length of the lines
 * @param root of their subtree; empty where the leaves are given
 * @param leaves their leaf hashes where a checkpoint falls among them; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Stretch(long place, long next, long bytes, byte[] root, List<byte[]> leaves, OpenIntents intents) {

    /** Reads {@code count} records that are numbered from {@code first} on; null where anything else is there. */
    static @Nullable Stretch read(AuditFolder folder, long place, long first, int count, long[] checkpoints)
            throws IOException {
        OpenIntents intents = new OpenIntents(false);
        RecordLine line = new RecordLine();
        MerkleTree tree = new MerkleTree();
        boolean split = within(checkpoints, first, first + count);
        List<byte[]> leaves = split ? new ArrayList<>(count) : List.of();
        long bytes = 0;
        try (LogCursor cursor = new LogCursor(folder, place)) {
            for (long seq = first; seq < first + count; seq++) {
                if (cursor.next() != Step.RECORD
                        || cursor.seq() != seq
                        || (seq == first && cursor.location() != place)
                        || !line.read(cursor.buffer(), cursor.lineOffset(), cursor.lineLength())) {
                    return null;
                }
                byte[] leaf = tree.leafHash(cursor.buffer(), cursor.lineOffset(), cursor.lineLength());
                if (split) {
                    leaves.add(leaf);
                } else {
                    tree.add(leaf);
                }
                intents.see(line);
                bytes += cursor.lineLength();
            }
            boolean more = cursor.next() == Step.RECORD && cursor.seq() == first + count;
            return more ? new Stretch(place, cursor.location(), bytes, tree.root(), leaves, intents) : null;
        }
    }

    /** Whether a checkpoint is of a size between these two, so that it needs the leaves one by one. */
    private static boolean within(long[] checkpoints, long from, long to) {
        int at = Arrays.binarySearch(checkpoints, from + 1);
        int first = at < 0 ? -at - 1 : at;
        return first < checkpoints.length && checkpoints[first] < to;
    }
}
