package dev.pavise.auditlog.index;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

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

    static byte[] write(FieldDraft draft) throws IOException {
        long[] all = draft.fingerprints();
        int[] ends = new int[BUCKETS];
        for (long each : all) {
            ends[(int) (each >>> (REST_BITS + GROUP_BITS))]++;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((BUCKETS + all.length) * Integer.BYTES);
        DataOutputStream out = new DataOutputStream(bytes);
        int end = 0;
        for (int count : ends) {
            end += count;
            out.writeInt(end);
        }
        for (long each : all) {
            out.writeInt((int) each);
        }
        return bytes.toByteArray();
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
