package dev.pavise.runner.server;

import dev.pavise.runner.metrics.RunnerMetrics;
import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.refusal.RefusalCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request: reads its head, hands its body on piece by piece, and tells when the client has left. It reads no further than its taker has come, so that
 * what is sent faster waits with the client.
 */
final class StreamHandler extends ChannelInboundHandlerAdapter {
    private final Routes routes;
    private final String caller;
    private final Duration patience;
    private final RunnerMetrics metrics;
    private Body body = Body.IGNORED;
    private @Nullable Answer answer;
    private boolean ended;
    private boolean waiting;
    private long waitingSince;
    private @Nullable Future<?> deadline;

    StreamHandler(Routes routes, String caller, Duration patience, RunnerMetrics metrics) {
        this.routes = routes;
        this.caller = caller;
        this.patience = patience;
        this.metrics = metrics;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        more(ctx);
        watch(ctx, patience.toNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waiting = false;
        switch (message) {
            case Http2HeadersFrame headers when answer == null -> begin(ctx, headers);
            case Http2HeadersFrame trailers -> piece(ctx, trailers.isEndStream());
            case Http2DataFrame data -> {
                boolean end = data.isEndStream();
                body.bytes(data.content(), () -> onLoop(ctx, () -> piece(ctx, end)));
            }
            default -> {
                ReferenceCountUtil.release(message);
                more(ctx);
            }
        }
    }

    private void begin(ChannelHandlerContext ctx, Http2HeadersFrame headers) {
        RequestHead head = RequestHead.of(headers.headers());
        Answer begun = new Answer(ctx, head.method().equals("HEAD"), patience);
        answer = begun;
        if (headers.isEndStream()) {
            begun.onRequestEnd();
        } else if (head.expectsContinue()) {
            ctx.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("100")));
        }
        body = routes.begin(head, caller, begun);
        piece(ctx, headers.isEndStream());
    }

    /** One piece is done with. */
    private void piece(ChannelHandlerContext ctx, boolean end) {
        if (!end) {
            more(ctx);
        } else if (!ended) {
            end();
            if (answer != null) {
                answer.onRequestEnd();
            }
            body.end();
        }
    }

    private void more(ChannelHandlerContext ctx) {
        waiting = true;
        waitingSince = System.nanoTime();
        ctx.read();
    }

    private void watch(ChannelHandlerContext ctx, long nanos) {
        deadline = ctx.executor().schedule(() -> look(ctx), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext ctx) {
        if (ended || !ctx.channel().isActive()) {
            return;
        }
        long left = waiting ? waitingSince + patience.toNanos() - System.nanoTime() : patience.toNanos();
        if (left > 0) {
            watch(ctx, left);
        } else if (answer == null) {
            ctx.close();
        } else {
            answer.refuse(Refusal.of(RefusalCode.REQUEST_TIMEOUT, "the rest of the request did not come in time"));
            leave();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
    }

    private void end() {
        ended = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void leave() {
        end();
        Body left = body;
        body = Body.IGNORED;
        left.gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException) && !(cause instanceof Http2Exception)) {
            OffLoop.onBug(cause, metrics);
        }
        ctx.close(); // what is wrong with a stream ends it, and channelInactive tells
    }

    private static void onLoop(ChannelHandlerContext ctx, Runnable action) {
        if (ctx.executor().inEventLoop()) {
            action.run();
        } else {
            ctx.executor().execute(action);
        }
    }
}
