package dev.pavise.proxy.server;

import dev.pavise.proxy.http.HeaderBlock;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a body that came while a record was being stored, in order. Both sides are told to stop when one is, so this holds what was on
 * its way: a read, or a window.
 */
final class Held {
    /** Takes data that was held, as if it came now. */
    interface DataSink {
        void take(ByteBuf data, boolean last);
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

    /** Tells all of it. Whatever is done with it may drop the rest, or hold more. */
    void tell(DataSink data, Consumer<HeaderBlock> trailers) {
        ArrayDeque<Piece> all = pieces;
        while (all != null && all.size() > 0) {
            Piece piece = all.remove();
            if (piece.data() != null) {
                data.take(piece.data(), piece.last());
            } else if (piece.trailers() != null) {
                trailers.accept(piece.trailers());
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
