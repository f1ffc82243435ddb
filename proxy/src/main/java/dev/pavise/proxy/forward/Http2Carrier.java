package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http2Heads;
import dev.pavise.proxy.http.Http2Heads.Read.Bad;
import dev.pavise.proxy.http.Http2Heads.Read.Whole;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * One exchange on one HTTP/2 stream. While reading is paused, what comes is told all the same, but no window is given back for it: so
 * at most one window comes.
 */
final class Http2Carrier implements UpstreamStream, ChannelFutureListener {
    private final Http2UpstreamConnection connection;
    private final Http2Stream stream;
    private final ForwardedStream exchange;
    private boolean headLeft;
    private boolean requestEnded;
    private boolean answered;
    private boolean over;
    private boolean paused;
    private boolean toldInThisRead;
    private int held;
    private long answerLeft;
    private long resetCode = Http2Error.NO_ERROR.code();

    Http2Carrier(Http2UpstreamConnection connection, Http2Stream stream, ForwardedStream exchange) {
        this.connection = connection;
        this.stream = stream;
        this.exchange = exchange;
        this.requestEnded = exchange.request().endsWithHead();
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        requestEnded |= last;
        if (!last && !data.isReadable()) {
            data.release();
            return;
        }
        var ctx = connection.context();
        connection.handler().encoder().writeData(ctx, stream.id(), data, 0, last, ctx.newPromise());
    }

    @Override
    public void trailers(HeaderBlock trailers) {
        requestEnded = true;
        var ctx = connection.context();
        connection
                .handler()
                .encoder()
                .writeHeaders(ctx, stream.id(), Http2Heads.toTrailers(trailers), 0, true, ctx.newPromise());
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public boolean isWritable() {
        return connection.isWritable(stream);
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
        int bytes = held;
        held = 0;
        if (bytes > 0 && !over) {
            connection.consume(stream, bytes);
        }
    }

    @Override
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        connection.reset(stream, Http2Error.CANCEL);
        if (!answered) {
            connection.probe(); // perhaps it is not the request that hangs but the connection
        }
    }

    /** The head of the request was written. */
    @Override
    public void operationComplete(ChannelFuture written) {
        headLeft = written.isSuccess();
    }

    void headers(Http2Headers headers, boolean last) {
        if (over) {
            return;
        }
        told();
        if (answered) {
            trailers(headers, last);
            return;
        }
        HeaderBlock into = connection.fields();
        switch (Http2Heads.response(
                headers,
                last,
                into,
                connection.pool().context().headLimits(),
                exchange.request().method())) {
            case Bad(Refusal refusal) -> malformed(refusal.detail());
            case Whole(ResponseHead head) -> head(head, last);
        }
    }

    /** Takes a part of the body; true where its bytes are to be given back to the window at once. */
    boolean content(ByteBuf data, int padding, boolean last) {
        if (over) {
            return true;
        }
        if (!answered || !fits(data.readableBytes(), last)) {
            malformed(answered ? "its body is not as long as its head said" : "it sent a body before a head");
            return true;
        }
        told();
        int bytes = data.readableBytes() + padding; // before the listener reads it
        if (last) {
            over = true;
        }
        if (last || data.isReadable()) {
            exchange.tellData(data.retain(), last);
        }
        if (last) {
            stopRequest();
            return true;
        }
        if (paused) {
            held += bytes;
        }
        return !paused;
    }

    void resetBy(long errorCode) {
        resetCode = errorCode;
    }

    void malformed(String why) {
        if (!over) {
            over = true;
            connection.reset(stream, Http2Error.PROTOCOL_ERROR);
            exchange.attemptFailed(connection.failure(RefusalCode.UPSTREAM_MALFORMED, why), Fault.BROKEN);
        }
    }

    /** The stream is closed, for whatever reason. */
    void closed() {
        if (over) {
            return;
        }
        over = true;
        if (connection.wasNotProcessed(stream) || (connection.isGone() && !headLeft)) {
            fail(
                    RefusalCode.UPSTREAM_UNREACHABLE,
                    "it closed the connection before it took the request",
                    Fault.UNTOUCHED);
        } else if (connection.isGone()) {
            fail(RefusalCode.UPSTREAM_FAILED, "the connection was lost before the answer was whole", Fault.BROKEN);
        } else if (resetCode == Http2Error.REFUSED_STREAM.code()) {
            fail(RefusalCode.UPSTREAM_BUSY, "it refused the stream", Fault.UNTOUCHED);
        } else {
            Http2Error error = Http2Error.valueOf(resetCode);
            fail(
                    RefusalCode.UPSTREAM_FAILED,
                    "it reset the stream: " + (error == null ? resetCode : error),
                    Fault.BROKEN);
        }
    }

    void writabilityChanged() {
        if (!over) {
            exchange.tellWritable();
        }
    }

    void readComplete() {
        toldInThisRead = false;
        exchange.tellReadComplete();
    }

    private void head(ResponseHead head, boolean last) {
        if (head.isInformational()) {
            if (last || head.status() == 101) {
                malformed("its interim answer is none that HTTP/2 knows");
            } else {
                exchange.tellInformation(head);
            }
            return;
        }
        answered = true;
        answerLeft = head.bodyLength();
        if (!fits(0, last)) {
            malformed("its body is not as long as its head said");
            return;
        }
        over = last;
        exchange.tellResponse(head, last);
        if (last) {
            stopRequest();
        }
    }

    private void trailers(Http2Headers headers, boolean last) {
        Refusal refusal = Http2Heads.trailers(
                headers, connection.fields(), connection.pool().context().headLimits());
        if (refusal != null) {
            malformed(refusal.detail());
        } else if (!last || !fits(0, true)) {
            malformed("its body is not as long as its head said");
        } else {
            over = true;
            exchange.tellTrailers(connection.fields());
            stopRequest();
        }
    }

    /** The answer is whole, so nobody needs the rest of the request. */
    private void stopRequest() {
        if (!requestEnded) {
            connection.reset(stream, Http2Error.CANCEL);
        }
    }

    private boolean fits(int bytes, boolean last) {
        if (answerLeft == RequestHead.UNKNOWN_LENGTH) {
            return true;
        }
        answerLeft -= bytes;
        return answerLeft >= 0 && (!last || answerLeft == 0);
    }

    private void fail(RefusalCode code, String why, Fault fault) {
        exchange.attemptFailed(connection.failure(code, why), fault);
    }

    private void told() {
        if (!toldInThisRead) {
            toldInThisRead = true;
            connection.told(this);
        }
    }
}
