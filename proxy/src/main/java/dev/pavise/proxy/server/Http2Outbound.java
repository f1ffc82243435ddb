package dev.pavise.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What one stream of an {@link Http2Output} has still to send, and how much its window takes. Only the output changes it. */
final class Http2Outbound {
    final Http2Stream stream;
    final Http2ClientStream owner;
    int window;
    long bytes;
    boolean waiting;
    boolean stalled;
    boolean closed;
    private @Nullable ArrayDeque<ByteBuf> data;
    private byte @Nullable [] trailers;
    private boolean last;

    Http2Outbound(Http2Stream stream, Http2ClientStream owner, int window) {
        this.stream = stream;
        this.owner = owner;
        this.window = window;
    }

    /** Whether all has been sent that there was. */
    boolean isEmpty() {
        return bytes == 0 && !last && trailers == null;
    }

    void add(ByteBuf more, boolean last) {
        ArrayDeque<ByteBuf> queue = data;
        if (queue == null) {
            queue = new ArrayDeque<>(4);
            data = queue;
        }
        bytes += more.readableBytes();
        queue.add(more);
        this.last = last;
    }

    void add(byte[] section) {
        trailers = section;
    }

    /** The next data, at most so many bytes; or null where there is none left. */
    @Nullable
    ByteBuf next(int most) {
        ArrayDeque<ByteBuf> queue = data;
        ByteBuf first = queue == null ? null : queue.peek();
        if (queue == null || first == null) {
            return null;
        }
        ByteBuf next = first.readableBytes() > most ? first.readRetainedSlice(most) : queue.remove();
        bytes -= next.readableBytes();
        return next;
    }

    /** Whether the data that was taken last is the last of the stream; true once. */
    boolean takeLast() {
        boolean taken = last && bytes == 0 && (data == null || data.isEmpty());
        last &= !taken;
        return taken;
    }

    byte @Nullable [] takeTrailers() {
        byte[] section = bytes == 0 ? trailers : null;
        trailers = section == null ? trailers : null;
        return section;
    }

    void drop() {
        closed = true;
        ArrayDeque<ByteBuf> queue = data;
        if (queue != null) {
            queue.forEach(ByteBuf::release);
            queue.clear();
        }
        bytes = 0;
        last = false;
        trailers = null;
    }
}
