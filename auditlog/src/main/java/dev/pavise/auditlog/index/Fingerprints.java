package dev.pavise.auditlog.index;

import dev.pavise.auditlog.behind.Pace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * In which groups a whole text may be, by 30 bits of its keyed hash.
 *
 * <pre>
 * for each value of the first 10 bits where its entries end: 4 bytes each
 * entries, sorted: the other 20 bits and 12 bits of the group
 * </pre>
 */
final class Fingerprints {
    /** Bits of the hash that are used. */
    static final int HASH_BITS = 30;

    private static final int BUCKETS = 1024;
    private static final int GROUP_BITS = 12;
    private static final int REST_BITS = 20;
    private static final int REST = (1 << REST_BITS) - 1;

    private Fingerprints() {}

    static byte[] write(FieldDraft draft, Pace pace) {
        int count = draft.occurrences();
        int[] ends = new int[BUCKETS + 1];
        for (int i = 0; i < count; i++) {
            ends[bucket(draft.hash(i)) + 1]++;
        }
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            ends[bucket + 1] += ends[bucket];
        }
        pace.breathe();
        int[] entries = new int[count];
        int[] next = Arrays.copyOf(ends, BUCKETS);
        for (int i = 0; i < count; i++) {
            long hash = draft.hash(i);
            int rest = (int) (hash >>> (Long.SIZE - HASH_BITS)) & REST;
            // Without the highest bit turned they would be sorted as if it were a sign.
            entries[next[bucket(hash)]++] = ((rest << GROUP_BITS) | draft.group(i)) ^ Integer.MIN_VALUE;
        }
        pace.breathe();
        ByteBuffer bytes = ByteBuffer.allocate((BUCKETS + count) * Integer.BYTES);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            bytes.putInt(ends[bucket + 1]);
        }
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            Arrays.sort(entries, ends[bucket], ends[bucket + 1]);
            for (int i = ends[bucket]; i < ends[bucket + 1]; i++) {
                bytes.putInt(entries[i] ^ Integer.MIN_VALUE);
            }
            pace.step();
        }
        return bytes.array();
    }

    private static int bucket(long hash) {
        return (int) (hash >>> (Long.SIZE - HASH_BITS + REST_BITS));
    }

    /** Adds the groups in which a text of this hash may be. */
    static void find(Pages pages, long start, long hash, Groups into) throws IOException {
        int used = (int) (hash >>> (Long.SIZE - HASH_BITS));
        int bucket = used >>> REST_BITS;
        int wanted = used & REST;
        int from = bucket == 0 ? 0 : pages.number(start + (bucket - 1L) * Integer.BYTES);
        int to = pages.number(start + (long) bucket * Integer.BYTES);
        for (int i = from; i < to; i++) {
            int entry = pages.number(start + (long) (BUCKETS + i) * Integer.BYTES);
            if (entry >>> GROUP_BITS == wanted) {
                into.add(entry & (Groups.COUNT - 1));
            }
        }
    }
}
