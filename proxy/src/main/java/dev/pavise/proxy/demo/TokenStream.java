package dev.pavise.proxy.demo;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;

/** An answer as a language model gives it: server-sent events, one token each, at intervals. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, and that ends the exchange
final class TokenStream implements Runnable {
    private static final String[] WORDS = "a pavise is the tall shield that covers the one who loads".split(" ", -1);

    private final ChannelHandlerContext ctx;
    private final int tokens;
    private final long intervalMillis;
    private int sent;

    private TokenStream(ChannelHandlerContext ctx, int tokens, long intervalMillis) {
        this.ctx = ctx;
        this.tokens = tokens;
        this.intervalMillis = intervalMillis;
    }

    static void begin(ChannelHandlerContext ctx, HttpRequest request, int tokens, long intervalMillis) {
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
        head.headers().set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
        head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        ctx.writeAndFlush(head);
        if (request.method().equals(HttpMethod.HEAD)) {
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            new TokenStream(ctx, tokens, intervalMillis).run();
        }
    }

    @Override
    public void run() {
        if (!ctx.channel().isActive()) {
            return;
        }
        if (sent == tokens) {
            event("event: done\ndata: {\"tokens\":" + sent + "}\n\n");
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        event("id: " + sent + "\ndata: {\"token\":\"" + WORDS[sent % WORDS.length] + "\"}\n\n");
        sent++;
        ctx.executor().schedule(this, intervalMillis, TimeUnit.MILLISECONDS);
    }

    private void event(String text) {
        ctx.writeAndFlush(new DefaultHttpContent(ByteBufUtil.writeAscii(ctx.alloc(), text)));
    }
}
