package dev.pavise.proxy.forward;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import java.util.Set;

/** HTTP/2 frames of one connection to an upstream; all that has a meaning goes to its {@link Http2UpstreamConnection}. */
final class Http2UpstreamHandler extends Http2ConnectionHandler {
    /** What one stream may send before the client has taken any of it: the bound of what a slow reader makes us hold. */
    static final int STREAM_WINDOW = 128 * 1024;

    private static final Set<AsciiString> NEVER_INDEXED = Set.of(
            AsciiString.cached("authorization"),
            AsciiString.cached("cookie"),
            AsciiString.cached("proxy-authorization"),
            AsciiString.cached("x-api-key"),
            AsciiString.cached("x-caxton-api-key"));

    private final Http2UpstreamConnection connection;

    private Http2UpstreamHandler(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Http2UpstreamConnection connection) {
        super(decoder, encoder, settings, true, true); // close means close; the preface is flushed at once
        this.connection = connection;
    }

    static Http2UpstreamHandler of(Http2UpstreamConnection connection, UpstreamLimits limits) {
        return new Builder(connection, limits).build();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        connection.added(ctx);
        super.handlerAdded(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        connection.heard();
        super.channelRead(ctx, msg);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        connection.readComplete();
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        connection.losing();
        super.channelInactive(ctx); // closes every stream
        connection.lost();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(ctx, cause);
        } else {
            ctx.close();
        }
    }

    @Override
    protected void onStreamError(ChannelHandlerContext ctx, boolean outbound, Throwable cause, StreamException error) {
        if (!outbound) {
            connection.malformed(error.streamId());
        }
        super.onStreamError(ctx, outbound, cause, error);
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2UpstreamHandler, Builder> {
        private final Http2UpstreamConnection connection;

        Builder(Http2UpstreamConnection connection, UpstreamLimits limits) {
            this.connection = connection;
            DefaultHttp2Connection state = new DefaultHttp2Connection(false);
            // The connection's window refills by itself, so that one slow reader does not hold up the streams beside
            // its own.
            state.local().flowController(new DefaultHttp2LocalFlowController(state, 0.5f, true));
            state.addListener(connection);
            connection(state);
            frameListener(connection);
            initialSettings(new Http2Settings()
                    .pushEnabled(false)
                    .maxConcurrentStreams(0)
                    .initialWindowSize(STREAM_WINDOW)
                    .maxHeaderListSize(limits.headerBytes()));
            validateHeaders(true);
            // Credentials of many callers share one compression state: kept out of it, they cannot be guessed from the
            // outside.
            headerSensitivityDetector((name, value) -> NEVER_INDEXED.contains(AsciiString.of(name)));
        }

        @Override
        protected Http2UpstreamHandler build() {
            return super.build();
        }

        @Override
        protected Http2UpstreamHandler build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Http2UpstreamHandler(decoder, encoder, settings, connection);
        }
    }
}
