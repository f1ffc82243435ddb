package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.RequestHead;

/**
 * Holds a request's body to the length its head declared. The client's parser does so as well; here it is checked once more because one
 * byte too many or too few would make the upstream read the next request of this connection wrongly.
 */
final class BodyLength {
    private final boolean known;
    private long left;

    BodyLength(ForwardRequest request) {
        this.known = request.bodyLength() != RequestHead.UNKNOWN_LENGTH;
        this.left = request.bodyLength();
    }

    /** Counts a part; false where it is too much, or the last and too little. */
    boolean fits(int bytes, boolean last) {
        if (!known) {
            return true;
        }
        left -= bytes;
        return left >= 0 && (!last || left == 0);
    }
}
