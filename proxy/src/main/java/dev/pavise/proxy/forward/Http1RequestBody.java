package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http1Writer;
import dev.pavise.proxy.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

/** How the body of a request goes out in HTTP/1.1. */
enum Http1RequestBody {
    /** The request ends with its head. */
    NONE,
    /** As many bytes as the head says; trailers cannot be sent and are left out (RFC 9110, 6.5.1). */
    COUNTED,
    /** In the chunked coding. */
    CHUNKED;

    static Http1RequestBody of(ForwardRequest request) {
        if (request.endsWithHead()) {
            return NONE;
        }
        return request.bodyLength() == RequestHead.UNKNOWN_LENGTH ? CHUNKED : COUNTED;
    }

    /** The length that the head declares. */
    long declared(ForwardRequest request) {
        return this == NONE ? 0 : request.bodyLength();
    }

    /** Writes a part of the body and releases it; the future is that of its last byte. */
    ChannelFuture write(Channel channel, ByteBuf data, boolean last) {
        return switch (this) {
            case NONE, COUNTED -> channel.write(data);
            case CHUNKED -> writeChunk(channel, data, last);
        };
    }

    ChannelFuture end(Channel channel, HeaderBlock trailers) {
        if (this != CHUNKED) {
            return channel.write(Unpooled.EMPTY_BUFFER);
        }
        ByteBuf out = channel.alloc().buffer(trailers.encodedLength() + 8);
        Http1Writer.lastChunk(out, trailers);
        return channel.write(out);
    }

    private static ChannelFuture writeChunk(Channel channel, ByteBuf data, boolean last) {
        ByteBuf tail = channel.alloc().buffer(8);
        if (data.isReadable()) {
            ByteBuf begin = channel.alloc().buffer(12);
            Http1Writer.chunkBegin(begin, data.readableBytes());
            channel.write(begin);
            channel.write(data);
            Http1Writer.chunkEnd(tail);
        } else {
            data.release(); // an empty chunk would end the body
        }
        if (last) {
            Http1Writer.lastChunk(tail);
        }
        return channel.write(tail);
    }
}
