package dev.pavise.proxy.server;

import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http2Heads;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an {@link Http2Connection}. Request data is acknowledged to the client's flow control only while the exchange takes it, so that a
 * slow upstream holds at most one window.
 */
final class Http2ClientStream extends Deadlines.Watched implements ClientStream {
    private static final int LEAST_PROGRESS = 1024;

    private final Http2Connection connection;
    private final Http2Stream stream;
    private final Http2Outbound outbound;
    private @Nullable Exchange exchange;
    private @Nullable HeaderBlock fields;
    private boolean requestWhole;
    private boolean malformed;
    private boolean answered;
    private boolean gone;
    private boolean paused;
    private int withheld;
    private long progress;

    Http2ClientStream(Http2Connection connection, Http2Stream stream, boolean requestWhole) {
        this.connection = connection;
        this.stream = stream;
        this.outbound = connection.output().outbound(stream, this);
        this.requestWhole = requestWhole;
    }

    Http2Outbound outbound() {
        return outbound;
    }

    void begin(Session session, RequestHead head) {
        if (!requestWhole) {
            connection.loop().deadlines().add(this);
            watchBody();
        }
        Exchange begun = new Exchange(connection.loop(), session, this);
        exchange = begun;
        fields = head.headers();
        begun.begin(head);
    }

    void refuse(Session session, Refusal refusal) {
        malformed = refusal.code() == RefusalCode.MALFORMED_REQUEST;
        Exchange begun = new Exchange(connection.loop(), session, this);
        exchange = begun;
        begun.beginRefused(refusal);
        flush();
    }

    /** Takes a DATA frame; returns how many bytes count as consumed right away. */
    int onData(ByteBuf data, int padding, boolean end) {
        int length = data.readableBytes() + padding;
        progress += length;
        if (end) {
            onWhole();
        }
        if (exchange == null || answered) {
            return length;
        }
        boolean held = paused;
        exchange.onRequestData(data.isReadable() ? data.retain() : Unpooled.EMPTY_BUFFER, end);
        if (!held) {
            return length;
        }
        withheld += length;
        return 0;
    }

    void onTrailers(Http2Headers headers) {
        onWhole();
        if (exchange == null || answered) {
            return;
        }
        HeaderBlock block = new HeaderBlock();
        Refusal refusal =
                Http2Heads.trailers(headers, block, connection.loop().timeouts().head());
        if (refusal == null) {
            exchange.onRequestTrailers(block);
        } else {
            exchange.onRequestRefused(refusal);
        }
    }

    private void onWhole() {
        requestWhole = true;
        connection.loop().deadlines().remove(this);
    }

    /** What came behind the head cannot be read; the stream is about to be reset. */
    void onUnreadable(Refusal refusal) {
        if (exchange != null && !answered) {
            exchange.onRequestRefused(refusal);
        }
    }

    void onReadComplete() {
        if (exchange != null) {
            exchange.onClientReadComplete();
        }
    }

    void onWritable() {
        if (exchange != null) {
            exchange.onClientWritable();
        }
    }

    void cutOff() {
        if (exchange != null) {
            exchange.cutOff();
        }
    }

    /** The stream is closed, by whichever side. */
    void onGone() {
        if (gone) {
            return;
        }
        gone = true;
        connection.output().closed(outbound);
        connection.loop().deadlines().remove(this);
        Exchange current = exchange;
        exchange = null;
        if (current != null && !answered) {
            current.onClientGone();
        } else if (current != null && fields != null && current.wasJudgedHere()) {
            connection.loop().blocks().give(fields);
            fields = null;
        }
    }

    private void watchBody() {
        progress = 0;
        expireAt(connection.loop().deadlines().in(connection.loop().timeouts().bodyNanos()));
    }

    @Override
    void onDeadline(long nowNanos) {
        if (answered) {
            // The answer is sent, and the client had its time to stop; or to take the answer.
            reset(requestWhole ? Http2Error.CANCEL : Http2Error.NO_ERROR);
        } else if (exchange == null || paused || progress >= LEAST_PROGRESS || exchange.isAnswering()) {
            watchBody();
        } else {
            exchange.onRequestRefused(
                    new Refusal(RefusalCode.REQUEST_TIMEOUT, "the body of the request came too slowly"));
        }
    }

    @Override
    public void inform(ResponseHead head) {
        if (isOpen()) {
            writeHead(head, false);
        }
    }

    @Override
    public void respond(ResponseHead head) {
        if (isOpen()) {
            writeHead(head, false);
        }
    }

    @Override
    public void respond(ResponseHead head, ByteBuf body) {
        if (malformed && isOpen()) {
            respondAndReset(head, body);
            return;
        }
        if (!isOpen() || !body.isReadable()) {
            body.release();
            endWith(head);
            return;
        }
        writeHead(head, false);
        data(body, true);
    }

    /** A malformed request is told what is wrong with it, and ends with an error of its stream all the same (RFC 9113, 8.1.1). */
    private void respondAndReset(ResponseHead head, ByteBuf body) {
        answered = true;
        writeHead(head, false);
        connection.output().data(outbound, body, false);
        endIfLast(true);
        if (outbound.isEmpty()) {
            reset(Http2Error.PROTOCOL_ERROR);
        }
    }

    /** Nothing waits for a window any more. */
    void onSent() {
        if (malformed && answered) {
            reset(Http2Error.PROTOCOL_ERROR);
        }
    }

    private void endWith(ResponseHead head) {
        if (isOpen()) {
            answered = true;
            writeHead(head, true);
        }
    }

    @Override
    public void switchProtocols(ResponseHead head) {
        if (isOpen()) {
            writeHead(new ResponseHead(200, RequestHead.UNKNOWN_LENGTH, head.headers()), false);
        }
    }

    private void writeHead(ResponseHead head, boolean last) {
        connection.output().head(outbound, head, last);
        endIfLast(last);
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        if (!isOpen()) {
            data.release();
            return;
        }
        answered |= last;
        connection.output().data(outbound, data, last);
        endIfLast(last);
    }

    @Override
    public void trailers(HeaderBlock trailers) {
        if (isOpen()) {
            answered = true;
            connection.output().trailers(outbound, trailers);
            endIfLast(true);
        }
    }

    /**
     * After an early answer the rest of the request is thrown away for a while; a reset follows only if the client does not stop. Likewise if it
     * does not take the answer: its window may be shut.
     */
    private void endIfLast(boolean last) {
        if (!last || gone) {
            return;
        }
        connection.loop().deadlines().add(this);
        if (requestWhole) {
            expireAt(connection
                    .loop()
                    .deadlines()
                    .in(connection.loop().timeouts().idleNanos()));
        } else {
            resumeReading();
            watchBody();
        }
    }

    private boolean isOpen() {
        return !gone && stream.state().localSideOpen();
    }

    @Override
    public void flush() {
        connection.flushSoon();
    }

    @Override
    public boolean isWritable() {
        return !gone && connection.output().isWritable(outbound);
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        if (!paused) {
            return;
        }
        paused = false;
        if (!requestWhole) {
            watchBody();
        }
        int due = withheld;
        withheld = 0;
        if (due > 0 && !gone) {
            acknowledge(due);
        }
    }

    private void acknowledge(int bytes) {
        try {
            if (connection.decoder().flowController().consumeBytes(stream, bytes)) {
                flush();
            }
        } catch (Http2Exception failure) {
            connection.onError(connection.context(), true, failure);
        }
    }

    @Override
    public void abort() {
        reset(Http2Error.INTERNAL_ERROR);
    }

    private void reset(Http2Error code) {
        if (!gone) {
            ChannelHandlerContext ctx = connection.context();
            connection.resetStream(ctx, stream.id(), code.code(), ctx.newPromise());
            flush();
        }
    }
}
