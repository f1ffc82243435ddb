package dev.pavise.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One end of an HTTP/2 stream, of a client or of an origin, with calls that wait. */
final class Http2End extends ChannelInboundHandlerAdapter {
    private static final int PATIENCE_SECONDS = 30;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicLong counted = new AtomicLong();
    private final boolean counting;
    private @Nullable Channel channel;
    private boolean complete; // the last data was taken

    /** What came. */
    sealed interface Event {
        record Head(Http2Headers headers, boolean last) implements Event {}

        record Data(byte[] bytes, boolean last) implements Event {}

        record Reset(long code) implements Event {}

        record Closed() implements Event {}
    }

    Http2End() {
        this(false);
    }

    /** An end that counts the data which comes, and forgets it. */
    static Http2End counting() {
        return new Http2End(true);
    }

    private Http2End(boolean counting) {
        this.counting = counting;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case Http2HeadersFrame head -> events.add(new Event.Head(head.headers(), head.isEndStream()));
            case Http2DataFrame data -> onData(data);
            case Http2ResetFrame reset -> events.add(new Event.Reset(reset.errorCode()));
            default -> {}
        }
        ReferenceCountUtil.release(message);
    }

    private void onData(Http2DataFrame data) {
        ByteBuf content = data.content();
        counted.addAndGet(content.readableBytes());
        if (!counting) {
            byte[] bytes = new byte[content.readableBytes()];
            content.readBytes(bytes);
            events.add(new Event.Data(bytes, data.isEndStream()));
        } else if (data.isEndStream()) {
            events.add(new Event.Data(new byte[0], true));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2ResetFrame reset) {
            events.add(new Event.Reset(reset.errorCode()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        events.add(new Event.Closed());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    Channel channel() {
        Channel current = channel;
        if (current == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return current;
    }

    /** How many bytes of data have come. */
    long counted() {
        return counted.get();
    }

    /** Lets data come, or holds it back at one window. */
    void reading(boolean on) {
        channel().config().setAutoRead(on);
    }

    Event next() throws Exception {
        Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing came on the stream");
        }
        return event;
    }

    Event.Head head() throws Exception {
        if (next() instanceof Event.Head head) {
            return head;
        }
        throw new EOFException("expected a head");
    }

    /** The next part of the body, as text. */
    String data() throws Exception {
        if (!(next() instanceof Event.Data data)) {
            throw new EOFException("expected data");
        }
        complete |= data.last();
        return new String(data.bytes(), StandardCharsets.ISO_8859_1);
    }

    /** Reads data until so many characters have come. */
    String data(int length) throws Exception {
        StringBuilder all = new StringBuilder();
        while (all.length() < length) {
            all.append(data());
        }
        return all.toString();
    }

    /** Waits for the end of the stream, however it comes: {@code complete}, the name of a reset's code, or {@code closed}. */
    String howItEnded() throws Exception {
        while (!complete) {
            switch (next()) {
                case Event.Head head
                when head.last() -> {
                    return "complete";
                }
                case Event.Data data
                when data.last() -> {
                    return "complete";
                }
                case Event.Reset(long code) -> {
                    return String.valueOf(Http2Error.valueOf(code));
                }
                case Event.Closed() -> {
                    return "closed";
                }
                default -> {}
            }
        }
        return "complete";
    }

    /** A message whole: its final head, its body and its trailers. */
    record Message(Http2Headers head, String body, @Nullable Http2Headers trailers) {
        int status() {
            return Integer.parseInt(head.status().toString());
        }

        String field(String name) {
            CharSequence value = head.get(name);
            return value == null ? "" : value.toString();
        }
    }

    /** Waits for a whole message; interim heads are passed over. */
    Message message() throws Exception {
        Event.Head head = head();
        while (head.headers().status() != null && head.headers().status().charAt(0) == '1') {
            head = head();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean last = head.last();
        Http2Headers trailers = null;
        while (!last) {
            switch (next()) {
                case Event.Data data -> {
                    body.writeBytes(data.bytes());
                    last = data.last();
                }
                case Event.Head end -> {
                    trailers = end.headers();
                    last = true;
                }
                case Event.Reset(long code) -> throw new EOFException("reset: " + Http2Error.valueOf(code));
                case Event.Closed() -> throw new EOFException("the stream was closed");
            }
        }
        return new Message(head.headers(), body.toString(StandardCharsets.ISO_8859_1), trailers);
    }

    /** Waits until it is written. */
    Http2End send(Http2Headers headers, boolean last) throws Exception {
        channel().writeAndFlush(new DefaultHttp2HeadersFrame(headers, last)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    /** Waits until the other side's window has taken it. */
    Http2End send(byte[] data, boolean last) throws Exception {
        channel()
                .writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(data), last))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    Http2End send(String data, boolean last) throws Exception {
        return send(data.getBytes(StandardCharsets.ISO_8859_1), last);
    }

    /** Answers with this status and fields, given as name and value in turn. */
    Http2End respond(int status, boolean last, String... fields) throws Exception {
        Http2Headers headers = new DefaultHttp2Headers().status(Integer.toString(status));
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        return send(headers, last);
    }

    void reset() {
        channel().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).awaitUninterruptibly();
    }
}
