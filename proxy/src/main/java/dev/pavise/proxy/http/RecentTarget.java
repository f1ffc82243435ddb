package dev.pavise.proxy.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last target that could be read, by the very bytes it was read from: the same bytes have the same normal form, and a connection
 * mostly asks for few things. One serves one connection, so that no caller can tell by the time it takes what another asked for.
 */
final class RecentTarget {
    private static final int LONGEST_KEPT = 1024;

    private byte[] last = {};
    private RequestTarget.@Nullable Normal ofLast;

    /** Reads a target, as {@link RequestTarget} does. */
    RequestTarget parse(byte[] source, int offset, int length, int limit) {
        RequestTarget.Normal known = ofLast;
        if (known != null && length <= limit && Arrays.equals(source, offset, offset + length, last, 0, last.length)) {
            return known;
        }
        ofLast = null;
        RequestTarget read = RequestTarget.parse(source, offset, length, limit);
        if (read instanceof RequestTarget.Normal normal && length <= LONGEST_KEPT) {
            last = Arrays.copyOfRange(source, offset, offset + length);
            ofLast = normal;
        }
        return read;
    }
}
