package dev.pavise.proxy.server;

import dev.pavise.proxy.http.HeaderBlock;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a body that came while a record was being stored, in order. Both sides are told to stop when one is, so this holds what was on
 * its way: a read, or a window.
 */
final class Held {
    /** Takes what was held, as if it came now. */
    interface Sink {
        void data(ByteBuf data, boolean last);

        void trailers(HeaderBlock trailers);
    }

    private record Piece(@Nullable ByteBuf data, @Nullable HeaderBlock trailers, boolean last) {}

    private @Nullable ArrayDeque<Piece> pieces; // made when it is needed, which is seldom

    boolean isEmpty() {
        return pieces == null || pieces.isEmpty();
    }

    void data(ByteBuf data, boolean last) {
        add(new Piece(data, null, last));
    }

    void trailers(HeaderBlock trailers) {
        add(new Piece(null, trailers.copy(), true));
    }

    private void add(Piece piece) {
        if (pieces == null) {
            pieces = new ArrayDeque<>(2);
        }
        pieces.add(piece);
    }

    /** Tells all of it. Whatever the sink does may drop the rest, or hold more. */
    void tell(Sink sink) {
        ArrayDeque<Piece> all = pieces;
        while (all != null && all.size() > 0) {
            Piece piece = all.remove();
            if (piece.data() != null) {
                sink.data(piece.data(), piece.last());
            } else if (piece.trailers() != null) {
                sink.trailers(piece.trailers());
            }
        }
    }

    void drop() {
        ArrayDeque<Piece> all = pieces;
        while (all != null && all.size() > 0) {
            ByteBuf data = all.remove().data();
            if (data != null) {
                data.release();
            }
        }
    }
}
