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

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>(2);

    void data(ByteBuf data, boolean last) {
        pieces.add(new Piece(data, null, last));
    }

    void trailers(HeaderBlock trailers) {
        pieces.add(new Piece(null, trailers.copy(), true));
    }

    /** Tells all of it; returns whether there was anything. Whatever is done with it may drop the rest, or hold more. */
    boolean tell(DataSink data, Consumer<HeaderBlock> trailers) {
        boolean any = false;
        for (Piece piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            any = true;
            if (piece.data() != null) {
                data.take(piece.data(), piece.last());
            } else if (piece.trailers() != null) {
                trailers.accept(piece.trailers());
            }
        }
        return any;
    }

    /** Drops what was held, where there was anything to hold. */
    static void drop(@Nullable Held held) {
        if (held != null) {
            held.drop();
        }
    }

    private void drop() {
        for (Piece piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            if (piece.data() != null) {
                piece.data().release();
            }
        }
    }
}
