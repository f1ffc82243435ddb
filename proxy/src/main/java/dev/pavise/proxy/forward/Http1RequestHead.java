package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http1Writer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The head of a request in HTTP/1.1. */
final class Http1RequestHead {
    private static final int LINE_AND_FRAMING = 128;

    private Http1RequestHead() {}

    static ByteBuf write(ByteBufAllocator allocator, ForwardRequest request, Http1RequestBody body) {
        boolean switching = request.protocol() != null;
        HeaderBlock headers = switching ? request.headers() : RequestFields.cleaned(request.headers());
        int expected = LINE_AND_FRAMING
                + request.target().length()
                + request.authority().length()
                + headers.encodedLength();
        ByteBuf out = allocator.buffer(expected);
        try {
            Http1Writer.request(
                    out,
                    switching ? "GET" : request.method(),
                    request.target(),
                    request.authority(),
                    headers,
                    switching ? 0 : body.declared(request));
            return out.retain();
        } finally {
            out.release();
        }
    }
}
