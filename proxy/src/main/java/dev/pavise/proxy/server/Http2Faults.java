package dev.pavise.proxy.server;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Which error a frame is that does not fit its stream, where Netty's codec says less than RFC 9113, 5.1 asks for: whether a client may only not know
 * of a reset yet, or has lost its count of streams, which ends the connection. Decides, and does nothing about it.
 */
final class Http2Faults {
    private final Http2Connection streams;
    private final EndedStreams ended = new EndedStreams();

    Http2Faults(Http2Connection streams) {
        this.streams = streams;
    }

    /** The streams that are over; to be told of each. */
    EndedStreams ended() {
        return ended;
    }

    /** The error of a stream, or of the whole connection, that this one really is. */
    Http2Exception of(Http2Exception.StreamException error) {
        int id = error.streamId();
        if (error.error() == Http2Error.STREAM_CLOSED && !mayCrossReset(id)) {
            Http2Error code = ended.has(id) ? Http2Error.STREAM_CLOSED : Http2Error.PROTOCOL_ERROR;
            return Http2Exception.connectionError(code, "a frame on stream %d, which is over", id);
        }
        return isBehindEnd(error)
                ? Http2Exception.streamError(id, Http2Error.STREAM_CLOSED, "a frame behind the end")
                : error;
    }

    /** Whether a frame may be on a stream that is over: the client need not know of our reset yet. */
    private boolean mayCrossReset(int streamId) {
        return streams.stream(streamId) != null || ended.wasReset(streamId);
    }

    /** Netty complains of what stands in a header block before it complains that there must be none any more. */
    private boolean isBehindEnd(Http2Exception.StreamException error) {
        Http2Stream stream = streams.stream(error.streamId());
        return error.error() == Http2Error.PROTOCOL_ERROR
                && stream != null
                && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE;
    }
}
