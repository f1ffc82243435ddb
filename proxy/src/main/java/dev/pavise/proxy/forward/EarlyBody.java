package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What came of a request's body before there was a connection to send it on. It is small: the stream is not writable until then, so it
 * holds what one read of the client's connection, or one HTTP/2 window, brought.
 */
final class EarlyBody {
    private final Queue<ByteBuf> parts = new ArrayDeque<>(4);
    private boolean ended;
    private @Nullable HeaderBlock trailers;

    void add(ByteBuf data, boolean last) {
        parts.add(data);
        ended |= last;
    }

    void end(HeaderBlock fields) {
        HeaderBlock copy = new HeaderBlock(); // the caller's block is valid during its call only
        for (int i = 0; i < fields.size(); i++) {
            copy.addFrom(fields, i);
        }
        trailers = copy;
    }

    boolean isEmpty() {
        return parts.isEmpty() && trailers == null;
    }

    void handOver(UpstreamStream to) {
        while (!parts.isEmpty()) {
            ByteBuf part = parts.remove();
            to.data(part, ended && parts.isEmpty());
        }
        if (trailers != null) {
            to.trailers(trailers);
            trailers = null;
        }
    }

    void release() {
        parts.forEach(ByteBuf::release);
        parts.clear();
        trailers = null;
    }
}
