package dev.pavise.proxy.forward;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;

/** Tells a {@link ConnectAttempt} how its connection comes along, until the protocol's own handler takes this one's place. */
final class OpeningHandler extends ChannelInboundHandlerAdapter {
    private final ConnectAttempt attempt;
    private boolean connected;

    OpeningHandler(ConnectAttempt attempt) {
        this.attempt = attempt;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connected = true;
        if (attempt.security() instanceof UpstreamSecurity.Plain) {
            attempt.established(ctx.channel(), null);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                SslHandler tls = ctx.pipeline().get(SslHandler.class);
                attempt.established(ctx.channel(), tls.applicationProtocol());
            } else {
                attempt.fail("the TLS handshake failed");
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ReferenceCountUtil.release(msg);
        attempt.fail("it spoke before it was asked");
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (connected) { // else the connect failed, and the next address may do
            attempt.fail("it closed the connection at once");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        attempt.fail("the connection failed: " + cause.getClass().getSimpleName());
    }
}
