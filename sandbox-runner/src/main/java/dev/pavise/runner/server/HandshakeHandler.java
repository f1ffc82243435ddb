package dev.pavise.runner.server;

import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.metrics.RunnerMetrics;
import dev.pavise.runner.tls.Caller;
import dev.pavise.runner.tls.CallerFault;
import dev.pavise.runner.tls.DoorTls;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;

/** Waits for the handshake. Only behind one that showed a pinned name there is a codec that reads requests; every other connection ends here. */
final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    private final DoorTls tls;
    private final Routes routes;
    private final LimitsConfig limits;
    private final RunnerMetrics metrics;

    HandshakeHandler(DoorTls tls, Routes routes, LimitsConfig limits, RunnerMetrics metrics) {
        this.tls = tls;
        this.routes = routes;
        this.limits = limits;
        this.metrics = metrics;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                complete(ctx);
            } else {
                refuse(ctx, "failed");
            }
        }
    }

    private void complete(ChannelHandlerContext ctx) {
        SslHandler handler = ctx.pipeline().get(SslHandler.class);
        if (!ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
            refuse(ctx, "no_http2");
            return;
        }
        switch (tls.caller(handler.engine())) {
            case Caller.Refused(CallerFault fault) -> refuse(ctx, fault.code());
            case Caller.Known(String name) -> {
                metrics.onHandshake("done");
                Pipelines.known(ctx.pipeline(), name, routes, limits, metrics);
            }
        }
    }

    private void refuse(ChannelHandlerContext ctx, String result) {
        metrics.onHandshake(result);
        ctx.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message); // no request comes before its caller is known
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
