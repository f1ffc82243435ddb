package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.Flushes;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http1ResponseParser;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import dev.pavise.proxy.http.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to an upstream: one exchange at a time, or one tunnel.
 *
 * <p>It carries another request only if the last one was sent whole, its answer was whole and unambiguous, and not a byte came behind it;
 * any byte that comes while nothing was asked closes it. So an upstream's second, cut or ambiguous answer never becomes the answer to
 * somebody else.
 */
final class Http1UpstreamConnection extends ChannelInboundHandlerAdapter
        implements UpstreamStream, Http1ResponseParser.Events {
    private final UpstreamPool pool;
    private final Channel channel;
    private final boolean tls;
    private final Http1ResponseParser parser;
    private final KeepAlive keepAlive;
    private final Http1Output output;
    private final Flushes.Gathered flushes;

    private @Nullable ForwardedStream exchange;
    private @Nullable ForwardedStream toldInThisRead;
    private @Nullable WebSocketHandshake handshake;
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;
    private long answerLeft;
    private boolean answerBegun;
    private boolean switched;
    private boolean endedCleanly; // by TLS's close_notify
    private boolean broken; // by a reset
    private boolean closing;

    Http1UpstreamConnection(UpstreamPool pool, Channel channel, boolean tls) {
        this.pool = pool;
        this.channel = channel;
        this.tls = tls;
        this.output = new Http1Output(channel);
        this.flushes = pool.flushes().of(channel, channel);
        this.parser = new Http1ResponseParser(pool.context().headLimits());
        this.keepAlive = new KeepAlive(
                pool.context().limits().idleTimeout(), pool.context().nanoClock());
    }

    /** Whether an idle connection may be used: it is open and has not been idle for too long. */
    boolean isFresh() {
        return !closing && !endedCleanly && channel.isActive() && keepAlive.isFresh();
    }

    void close() {
        closing = true;
        exchange = null;
        channel.close();
    }

    /** Writes the head of the stream's request; the rest comes by way of the stream. */
    void carry(ForwardedStream stream) {
        ForwardRequest request = stream.request();
        boolean switching = request.protocol() != null;
        handshake = switching ? stream.handshake() : null;
        try {
            output.begin(request);
        } catch (RuntimeException e) {
            close();
            stream.attemptFailed(
                    failure(RefusalCode.UPSTREAM_FAILED, "the request cannot be written in HTTP/1.1"),
                    Fault.UNSENDABLE);
            return;
        }
        exchange = stream;
        answerBegun = false;
        answerLeft = 0;
        parser.expect(switching ? "GET" : request.method(), switching);
        stream.carriedBy(this);
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        if (switched) {
            output.raw(data, last);
        } else {
            output.data(data, last);
        }
    }

    @Override
    public void trailers(HeaderBlock trailers) {
        output.trailers(trailers);
    }

    @Override
    public void flush() {
        flushes.soon();
    }

    @Override
    public boolean isWritable() {
        return output.isWritable();
    }

    @Override
    public void pauseReading() {
        channel.config().setAutoRead(false);
    }

    @Override
    public void resumeReading() {
        channel.config().setAutoRead(true);
    }

    @Override
    public void cancel() {
        close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        ForwardedStream current = exchange;
        if (current == null) {
            in.release();
            close(); // nothing was asked, or nobody wants the answer any more
        } else if (switched) {
            toldInThisRead = current;
            current.tellData(in, false);
        } else {
            unread = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), unread, in);
            toldInThisRead = current;
            parse(current);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ForwardedStream told = toldInThisRead;
        toldInThisRead = null;
        if (told != null) {
            told.tellReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ForwardedStream current = exchange;
        if (current != null) {
            current.tellWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
            endedCleanly = true;
            channel.close(); // one end closing closes both, as without TLS
        } else if (event instanceof ChannelOutputShutdownEvent) {
            output.breakOff();
            channelWritabilityChanged(ctx);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
        ForwardedStream current = exchange;
        if (current != null) {
            toldInThisRead = current;
            endedWithin(current);
        }
        closing = true;
        exchange = null;
        channelReadComplete(ctx);
        pool.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken = true;
        channel.close(); // the exchange learns of it when the channel is closed
    }

    // What the parser finds.

    @Override
    public void onInformation(ResponseHead head) {
        ForwardedStream current = exchange;
        if (current != null) {
            answerBegun = true;
            current.tellInformation(head);
        }
    }

    @Override
    public void onSwitched(ResponseHead head) {
        ForwardedStream current = exchange;
        WebSocketHandshake offered = handshake;
        if (current == null || offered == null) {
            return;
        }
        Optional<String> wrong = offered.check(head);
        if (wrong.isPresent()) {
            fail(current, RefusalCode.UPSTREAM_MALFORMED, wrong.get());
            return;
        }
        switched = true;
        current.tellSwitched(head);
    }

    @Override
    public void onHead(ResponseHead head) {
        ForwardedStream current = exchange;
        if (current != null) {
            answerBegun = true;
            answerLeft = head.bodyLength();
            keepAlive.heed(head.headers());
            current.tellResponse(head, !head.hasBody());
        }
    }

    @Override
    public void onData(ByteBuf data) {
        ForwardedStream current = exchange;
        if (current == null) {
            data.release();
            return;
        }
        boolean last = false;
        if (answerLeft != RequestHead.UNKNOWN_LENGTH) {
            answerLeft -= data.readableBytes();
            last = answerLeft == 0;
        }
        current.tellData(data, last);
    }

    @Override
    public void onEnd(HeaderBlock trailers) {
        ForwardedStream current = exchange;
        if (current != null && !current.isOver()) {
            if (trailers.size() > 0) {
                current.tellTrailers(trailers);
            } else {
                current.tellEnd();
            }
        }
    }

    private void parse(ForwardedStream current) {
        Step step = parser.parse(unread, this);
        if (closing) {
            return; // given up by the listener, or refused; the buffer goes with the channel
        }
        switch (step) {
            case NEED_INPUT -> dropWhatWasRead();
            case MESSAGE_END -> answered();
            case REFUSED ->
                fail(current, parser.refusal().code(), parser.refusal().detail());
            case SWITCHED -> {
                ByteBuf rest = unread;
                unread = Unpooled.EMPTY_BUFFER;
                current.tellData(rest, false);
            }
        }
    }

    /** The answer is whole: the connection is free for another request, or of no more use. */
    private void answered() {
        boolean reusable = output.requestLeft() && parser.reusable() && !unread.isReadable() && channel.isActive();
        exchange = null;
        dropWhatWasRead();
        if (!reusable) {
            close();
            return;
        }
        keepAlive.restart();
        channel.config().setAutoRead(true); // the listener may have paused it, and the end must be seen
        pool.free(this);
    }

    private void endedWithin(ForwardedStream current) {
        if (switched && !broken) {
            current.tellEnd();
            return;
        }
        if (!output.headLeft()) {
            exchange = null;
            current.attemptFailed(
                    failure(RefusalCode.UPSTREAM_UNREACHABLE, "it closed the connection before the request was sent"),
                    Fault.UNTOUCHED);
            return;
        }
        boolean cleanly = !broken && (!tls || endedCleanly);
        if (!answerBegun || !cleanly || switched) {
            fail(
                    current,
                    RefusalCode.UPSTREAM_FAILED,
                    answerBegun || switched
                            ? "it broke the connection off in the midst of its answer"
                            : "it closed the connection without an answer");
        } else if (parser.closed(this) == Step.REFUSED) {
            fail(current, parser.refusal().code(), parser.refusal().detail());
        }
    }

    private void fail(ForwardedStream current, RefusalCode code, String why) {
        close();
        current.attemptFailed(failure(code, why), Fault.BROKEN);
    }

    private UpstreamFailure failure(RefusalCode code, String why) {
        return pool.context().failure(code, pool.endpoint(), why);
    }

    private void dropWhatWasRead() {
        if (!unread.isReadable()) {
            unread.release();
            unread = Unpooled.EMPTY_BUFFER;
        }
    }
}
