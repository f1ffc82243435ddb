package dev.pavise.proxy.server;

import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.Http1Writer;
import dev.pavise.proxy.http.HttpVersion;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;

/** Writes the answers on an {@link Http1Connection}: framing, persistence, protocol switch (RFC 9112). */
final class Http1Responder implements ClientStream {
    private static final int ROOM_FOR_STATUS_AND_FRAMING = 128;

    private final ChannelHandlerContext ctx;
    private final Http1Connection connection;
    private boolean headSent;
    private boolean done;
    private boolean chunked;
    private boolean head;
    private boolean http10;
    private boolean close;
    private boolean closing;

    Http1Responder(ChannelHandlerContext ctx, Http1Connection connection) {
        this.ctx = ctx;
        this.connection = connection;
    }

    ChannelHandlerContext context() {
        return ctx;
    }

    void begin(RequestHead request) {
        headSent = false;
        done = false;
        chunked = false;
        head = request.method().equals("HEAD");
        http10 = request.version() == HttpVersion.HTTP_1_0;
        close |= !request.keepAlive();
    }

    /** For a request whose head could not be read: whatever is said, the connection ends with it. */
    void beginRefused() {
        headSent = false;
        done = false;
        chunked = false;
        head = false;
        http10 = false;
        close = true;
    }

    @Override
    public void inform(ResponseHead information) {
        if (!http10 && !headSent) {
            write(encode(information, false));
        }
    }

    @Override
    public void respond(ResponseHead answer, boolean last) {
        headSent = true;
        close |= last && !connection.isRequestWhole();
        boolean bodiless = last || head;
        if (!bodiless && answer.bodyLength() == RequestHead.UNKNOWN_LENGTH) {
            chunked = !http10;
            close |= http10;
        }
        write(encode(answer, last));
        if (last) {
            finish();
        }
    }

    private ByteBuf encode(ResponseHead answer, boolean last) {
        HeaderBlock headers = answer.headers();
        ByteBuf out = ctx.alloc().buffer(headers.encodedLength() + ROOM_FOR_STATUS_AND_FRAMING);
        Http1Writer.statusLine(out, answer.status());
        headers.writeTo(out);
        if (!answer.isInformational()) {
            if (chunked) {
                out.writeBytes(Lines.CHUNKED);
            } else if (last && !head && answer.status() != 204 && answer.status() != 304 && !headers.contains(HeaderName.CONTENT_LENGTH)) {
                out.writeBytes(Lines.NO_LENGTH);
            }
            if (close) {
                out.writeBytes(Lines.CLOSE);
            } else if (http10) {
                out.writeBytes(Lines.KEEP_ALIVE);
            }
        }
        return out.writeByte('\r').writeByte('\n');
    }

    @Override
    public void switchProtocols(ResponseHead answer) {
        headSent = true;
        close = true;
        HeaderBlock headers = answer.headers();
        ByteBuf out = ctx.alloc().buffer(headers.encodedLength() + ROOM_FOR_STATUS_AND_FRAMING);
        Http1Writer.statusLine(out, 101);
        headers.writeTo(out);
        out.writeBytes(Lines.SWITCH);
        write(out);
        connection.onSwitched();
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        if (chunked && data.isReadable()) {
            ByteBuf line = ctx.alloc().buffer(20);
            Http1Writer.chunkSize(line, data.readableBytes());
            write(line);
            write(data);
            write(Unpooled.wrappedBuffer(Lines.CRLF));
        } else if (data.isReadable()) {
            write(data);
        } else {
            data.release();
        }
        if (last) {
            if (chunked) {
                write(Unpooled.wrappedBuffer(Lines.LAST_CHUNK));
            }
            finish();
        }
    }

    @Override
    public void trailers(HeaderBlock trailers) {
        if (chunked) {
            ByteBuf out = ctx.alloc().buffer(trailers.encodedLength() + 8);
            out.writeByte('0').writeByte('\r').writeByte('\n');
            trailers.writeTo(out);
            write(out.writeByte('\r').writeByte('\n'));
        }
        finish();
    }

    private void finish() {
        done = true;
        connection.onAnswerDone(close);
    }

    private void write(ByteBuf out) {
        ctx.write(out, ctx.voidPromise());
    }

    @Override
    public void flush() {
        ctx.flush();
    }

    /** Sends what is written and ends the sending side; {@code now} closes the connection as well. */
    void flushAndFinish(boolean now) {
        if (closing) {
            return;
        }
        closing = true;
        var sent = ctx.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (now) {
            sent.addListener(ChannelFutureListener.CLOSE);
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
        connection.pause(true);
    }

    @Override
    public void resumeReading() {
        connection.pause(false);
    }

    @Override
    public void abort() {
        ctx.close();
    }
}
