package dev.pavise.proxy.server;

import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.Flushes;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.Http1Writer;
import dev.pavise.proxy.http.Http1Writer.BodyEnd;
import dev.pavise.proxy.http.HttpVersion;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** Writes the answers on an {@link Http1Connection}: framing, persistence, protocol switch (RFC 9112). */
final class Http1Responder implements ClientStream {
    private static final int ROOM_FOR_STATUS_AND_FRAMING = 128;

    /** Bodies up to this many bytes go into the same buffer as their head: to copy them is cheaper than to send two. */
    private static final int SMALL_BODY = 4 * 1024;

    private final ChannelHandlerContext ctx;
    private final Http1Requests requests;
    private final Flushes.Gathered flushes;
    private @Nullable ByteBuf held; // what goes out before anything else, and may still grow
    private boolean headSent;
    private boolean done;
    private boolean chunked;
    private String method = "GET";
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private boolean close;
    private boolean closing;

    Http1Responder(ChannelHandlerContext ctx, Http1Requests requests, Flushes flushes) {
        this.ctx = ctx;
        this.requests = requests;
        this.flushes = flushes.of(ctx.channel(), ctx);
    }

    void begin(RequestHead request) {
        headSent = false;
        done = false;
        chunked = false;
        method = request.method();
        version = request.version();
        close |= !request.keepAlive();
    }

    /** For a request whose head could not be read: whatever is said, the connection ends with it. */
    void beginRefused() {
        headSent = false;
        done = false;
        chunked = false;
        method = "GET";
        version = HttpVersion.HTTP_1_1;
        close = true;
    }

    @Override
    public void inform(ResponseHead information) {
        if (version != HttpVersion.HTTP_1_0 && !headSent) {
            ByteBuf out = buffer(information);
            Http1Writer.response(out, information, BodyEnd.NO_BODY, false);
            write(out);
        }
    }

    @Override
    public void respond(ResponseHead answer) {
        writeHead(answer);
    }

    @Override
    public void respond(ResponseHead answer, ByteBuf body) {
        close |= !requests.isRequestWhole();
        writeHead(answer);
        data(body, true);
    }

    private void writeHead(ResponseHead answer) {
        headSent = true;
        BodyEnd end = Http1Writer.bodyEnd(answer, method, version);
        chunked = end == BodyEnd.CHUNKED;
        close |= end == BodyEnd.CLOSE;
        if (version == HttpVersion.HTTP_1_0 && !close) {
            answer.headers().set(HeaderName.CONNECTION, "keep-alive");
        }
        ByteBuf out = buffer(answer);
        Http1Writer.response(out, answer, end, close);
        writeHeld();
        held = out;
    }

    private ByteBuf buffer(ResponseHead answer) {
        long body = answer.bodyLength();
        int room = ROOM_FOR_STATUS_AND_FRAMING + (body > 0 && body <= SMALL_BODY ? (int) body : 0);
        return ctx.alloc().buffer(answer.headers().encodedLength() + room);
    }

    @Override
    public void switchProtocols(ResponseHead answer) {
        headSent = true;
        close = true;
        answer.headers().set(HeaderName.CONNECTION, "upgrade");
        answer.headers().set(HeaderName.UPGRADE, "websocket");
        ResponseHead switched = new ResponseHead(101, 0, answer.headers());
        ByteBuf out = buffer(switched);
        Http1Writer.response(out, switched, BodyEnd.NO_BODY, false);
        write(out);
        requests.onSwitched();
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        int length = data.readableBytes();
        if (!data.isReadable()) {
            data.release();
        } else if (chunked) {
            ByteBuf begin = ctx.alloc().buffer(20);
            Http1Writer.chunkBegin(begin, data.readableBytes());
            write(begin);
            write(data);
        } else {
            write(data);
        }
        if (chunked) {
            writeChunkEnd(length, last);
        }
        if (last) {
            finish();
        }
    }

    private void writeChunkEnd(int length, boolean last) {
        ByteBuf end = ctx.alloc().buffer(8);
        if (length > 0) {
            Http1Writer.chunkEnd(end);
        }
        if (last) {
            Http1Writer.lastChunk(end);
        }
        write(end);
    }

    @Override
    public void trailers(HeaderBlock trailers) {
        if (chunked) {
            ByteBuf out = ctx.alloc().buffer(trailers.encodedLength() + 8);
            Http1Writer.lastChunk(out, trailers);
            write(out);
        }
        finish();
    }

    private void finish() {
        done = true;
        requests.onAnswerDone(close);
    }

    private void write(ByteBuf out) {
        ByteBuf before = held;
        if (before != null && out.readableBytes() <= before.writableBytes()) {
            before.writeBytes(out);
            out.release();
        } else {
            writeHeld();
            ctx.write(out, ctx.voidPromise());
        }
    }

    private void writeHeld() {
        ByteBuf before = held;
        if (before != null) {
            held = null;
            ctx.write(before, ctx.voidPromise());
        }
    }

    @Override
    public void flush() {
        writeHeld();
        flushes.soon();
    }

    /** Closes the connection, behind what was to be sent. */
    void close() {
        flushes.settle();
        ctx.close();
    }

    /** The connection is closed: what was not sent will not be. */
    void closed() {
        if (held != null) {
            held.release();
            held = null;
        }
    }

    /** Sends what is written and ends the sending side; {@code now} closes the connection as well. */
    void flushAndFinish(boolean now) {
        if (closing) {
            return;
        }
        closing = true;
        writeHeld();
        if (now) {
            Pipelines.finish(ctx);
        } else {
            ctx.flush();
        }
    }

    boolean isDone() {
        return done;
    }

    void closeAfterAnswer() {
        close = true;
    }

    @Override
    public boolean isWritable() {
        return ctx.channel().isWritable();
    }

    @Override
    public void pauseReading() {
        requests.pause(true);
    }

    @Override
    public void resumeReading() {
        requests.pause(false);
    }

    @Override
    public void abort() {
        flushes.settle();
        Pipelines.cut(ctx);
    }
}
