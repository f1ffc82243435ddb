package dev.pavise.proxy.demo;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** Counts a request's body and, once it is whole, has it answered. Requests come one at a time, as the gateway does not pipeline. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, and that ends the exchange
final class AgentHandler extends ChannelInboundHandlerAdapter {
    private @Nullable HttpRequest request;
    private long bodyBytes;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpRequest head) {
                request = head;
                bodyBytes = 0;
            }
            if (message instanceof HttpContent content) {
                bodyBytes += content.content().readableBytes();
            }
            HttpRequest whole = request;
            if (message instanceof LastHttpContent && whole != null) {
                request = null;
                answer(ctx, whole);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest whole) {
        if (!whole.decoderResult().isSuccess()) {
            ctx.close();
        } else if (whole.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
            EchoSocket.open(ctx, whole);
        } else {
            AgentAnswers.answer(ctx, whole, bodyBytes);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
