package dev.pavise.runner.server;

import dev.pavise.runner.refusal.Refusal;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The answer to one request. Can be written from any thread; what is written comes in the order of the calls of one thread. A client that does not take
 * the end of it in time loses the stream.
 */
final class Answer {
    private final ChannelHandlerContext context;
    private final boolean bodiless;
    private final Duration patience;
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    /** What follows is for the event loop alone. */
    private boolean begun;

    private boolean ended;
    private boolean requestEnded;

    Answer(ChannelHandlerContext context, boolean bodiless, Duration patience) {
        this.context = context;
        this.bodiless = bodiless;
        this.patience = patience;
        context.channel().closeFuture().addListener(closed -> left.complete(null));
    }

    /** Why nothing was done, as the whole answer; where one has begun, it breaks off. */
    CompletionStage<?> refuse(Refusal refusal) {
        Map<String, String> more =
                refusal.retrySeconds() > 0 ? Map.of("retry-after", Integer.toString(refusal.retrySeconds())) : Map.of();
        return whole(refusal.status(), Refusal.CONTENT_TYPE, refusal.body(), more);
    }

    CompletionStage<?> whole(int status, String type, byte[] body) {
        return whole(status, type, body, Map.of());
    }

    private CompletionStage<?> whole(int status, String type, byte[] body, Map<String, String> more) {
        return onLoop(() -> {
            if (begun) {
                breakOff();
                return;
            }
            Http2Headers head = head(status, type, more).setLong("content-length", body.length);
            begun = true;
            if (bodiless || body.length == 0) {
                finish(context.writeAndFlush(new DefaultHttp2HeadersFrame(head, true)));
            } else {
                context.write(new DefaultHttp2HeadersFrame(head));
                finish(context.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true)));
            }
        });
    }

    /** The head of an answer that comes in parts. */
    void begin(int status, String type) {
        onLoop(() -> {
            begun = true;
            context.writeAndFlush(new DefaultHttp2HeadersFrame(head(status, type, Map.of())));
        });
    }

    void part(String text) {
        onLoop(() -> context.writeAndFlush(data(text, false)));
    }

    /** The last part; the stage comes when it has left, or never will. */
    CompletionStage<?> last(String text) {
        return onLoop(() -> finish(context.writeAndFlush(data(text, true))));
    }

    /** Breaks off what has begun, such that nobody takes it for whole. */
    private void breakOff() {
        ended = true;
        context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        context.close();
    }

    /** The client has sent all of its request. For the event loop. */
    void onRequestEnd() {
        requestEnded = true;
    }

    /** For the event loop. */
    boolean ended() {
        return ended;
    }

    private CompletionStage<?> onLoop(Runnable write) {
        Runnable unlessEnded = () -> {
            if (!ended && context.channel().isActive()) {
                write.run();
            }
        };
        if (context.executor().inEventLoop()) {
            unlessEnded.run();
        } else {
            context.executor().execute(unlessEnded);
        }
        return left;
    }

    private void finish(ChannelFuture written) {
        ended = true;
        Future<?> deadline = context.executor().schedule(this::giveUp, patience.toNanos(), TimeUnit.NANOSECONDS);
        written.addListener(done -> {
            deadline.cancel(false);
            left.complete(null);
            if (!requestEnded) {
                // Nobody wants the rest of the request (RFC 9113, section 8.1).
                context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
            }
        });
    }

    // Said in so many words: the channel takes a stream for done once its end is written, though that has not left.
    private void giveUp() {
        context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        context.close();
    }

    private static DefaultHttp2DataFrame data(String text, boolean end) {
        return new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)), end);
    }

    private static Http2Headers head(int status, String type, Map<String, String> more) {
        Http2Headers head = new DefaultHttp2Headers()
                .status(Integer.toString(status))
                .set("content-type", type)
                .set("cache-control", "no-store");
        more.forEach(head::set);
        return head;
    }
}
