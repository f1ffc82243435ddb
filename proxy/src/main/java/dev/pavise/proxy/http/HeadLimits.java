package dev.pavise.proxy.http;

/**
 * How large the head of a message may be. Trailers have the same bounds again.
 *
 * @param targetLength bytes of a request target
 * @param headerBytes bytes of all field lines together
 * @param headerCount how many fields
 */
public record HeadLimits(int targetLength, int headerBytes, int headerCount) {
    private static final int MOST = 1 << 24; // far above any sense, far below an overflow

    public HeadLimits {
        check("target length", targetLength);
        check("header bytes", headerBytes);
        check("header count", headerCount);
    }

    private static void check(String name, int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException(name + " limit is " + limit + "; it has to be from 1 to " + MOST);
        }
    }
}
