package dev.pavise.proxy.forward;

import dev.pavise.proxy.forward.UpstreamSecurity.Plain;
import dev.pavise.proxy.forward.UpstreamSecurity.Secured;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLParameters;

/** Every handler of every connection to an upstream, in order. */
final class UpstreamPipelines {
    static final String TLS = "tls";
    static final String OPENING = "opening";
    static final String HTTP1 = "http1";
    static final String HTTP2 = "http2";

    private UpstreamPipelines() {}

    /** Until the protocol is known: [tls,] opening. */
    static ChannelHandler opening(ConnectAttempt attempt) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                switch (attempt.security()) {
                    case Plain() -> {}
                    case Secured secured ->
                        channel.pipeline()
                                .addLast(
                                        TLS,
                                        tls(channel, secured, attempt.pool().dial()));
                }
                channel.pipeline().addLast(OPENING, new OpeningHandler(attempt));
            }
        };
    }

    /** [tls,] http1. */
    static Http1UpstreamConnection http1(ChannelPipeline pipeline, ConnectAttempt attempt) {
        Http1UpstreamConnection connection =
                new Http1UpstreamConnection(attempt.pool(), pipeline.channel(), pipeline.get(TLS) != null);
        // An upstream may answer early and stop reading: a failed write must not throw the answer away that waits to be
        // read.
        pipeline.channel().config().setOption(ChannelOption.AUTO_CLOSE, false);
        pipeline.replace(OPENING, HTTP1, connection);
        return connection;
    }

    /** [tls,] http2. */
    static void http2(ChannelPipeline pipeline, ConnectAttempt attempt) {
        pipeline.replace(OPENING, HTTP2, new Http2UpstreamConnection(attempt).handler());
    }

    private static SslHandler tls(Channel channel, Secured secured, Dial dial) {
        SslContext context = dial == Dial.HTTP1 ? secured.http1() : secured.negotiating();
        SslHandler handler = context.newHandler(channel.alloc(), secured.serverName(), -1);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(
                "HTTPS"); // whoever made the context: the certificate must name the upstream
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(0); // the deadline of the attempt covers it
        return handler;
    }
}
