package dev.pavise.proxy.http;

/**
 * How large the head of a message may be. Trailers have the same bounds again.
 *
 * @param targetLength bytes of a request target
 * @param headerBytes bytes of all field lines together
 * @param headerCount how many fields
 */
public record HeadLimits(int targetLength, int headerBytes, int headerCount) {
    public HeadLimits {
        if (targetLength < 1 || headerBytes < 1 || headerCount < 1) {
            throw new IllegalArgumentException("limits of a message head must be at least 1: target " + targetLength
                    + ", bytes " + headerBytes + ", fields " + headerCount);
        }
    }
}
