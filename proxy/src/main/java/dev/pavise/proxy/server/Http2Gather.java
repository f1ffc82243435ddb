package dev.pavise.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;

/** Gathers the frames of one HTTP/2 connection's answers (RFC 9113, 4 and 6) in one buffer, until it is full or they are to be sent. */
final class Http2Gather {
    /** A client may announce that it takes more in a frame, but never less. */
    static final int MOST_IN_FRAME = Http2CodecUtil.DEFAULT_MAX_FRAME_SIZE;

    private static final int ROOM = 4096;
    private static final int END_STREAM = Http2Flags.END_STREAM;
    private static final int END_HEADERS = Http2Flags.END_HEADERS;

    /** Data up to here is copied behind its frame's head, which is cheaper than a buffer more. */
    private static final int COPIED = 1024;

    private static final int BY_WORDS = 128;

    private final ChannelHandlerContext context;
    private ByteBuf out = Unpooled.EMPTY_BUFFER;

    Http2Gather(ChannelHandlerContext context) {
        this.context = context;
    }

    /** A header section, in as many frames as it needs. */
    void section(int stream, byte[] bytes, int length, boolean last) {
        int first = Math.min(length, MOST_IN_FRAME);
        room(length + Http2CodecUtil.FRAME_HEADER_LENGTH * (1 + length / MOST_IN_FRAME));
        int flags = (last ? END_STREAM : 0) | (first == length ? END_HEADERS : 0);
        frameHead(first, Http2FrameTypes.HEADERS, flags, stream);
        out.writeBytes(bytes, 0, first);
        for (int at = first; at < length; ) {
            int more = Math.min(length - at, MOST_IN_FRAME);
            frameHead(more, Http2FrameTypes.CONTINUATION, at + more == length ? END_HEADERS : 0, stream);
            out.writeBytes(bytes, at, more);
            at += more;
        }
    }

    /** Data, in as many frames as it needs; none where there is nothing to say. */
    void data(int stream, ByteBuf data, boolean last) {
        while (data.readableBytes() > MOST_IN_FRAME) {
            frame(stream, data.readRetainedSlice(MOST_IN_FRAME), false);
        }
        if (last || data.isReadable()) {
            frame(stream, data, last);
        } else {
            data.release();
        }
    }

    private void frame(int stream, ByteBuf data, boolean last) {
        int length = data.readableBytes();
        boolean copied = length <= COPIED;
        room(Http2CodecUtil.FRAME_HEADER_LENGTH + (copied ? length : 0));
        frameHead(length, Http2FrameTypes.DATA, last ? END_STREAM : 0, stream);
        if (copied) {
            copy(data);
            data.release();
        } else {
            write(out.readRetainedSlice(out.readableBytes())); // the rest of its room is for the next head
            write(data);
        }
    }

    /** Of a few bytes word by word, as a copy of a range makes a view of each buffer first. */
    private void copy(ByteBuf data) {
        if (data.readableBytes() > BY_WORDS) {
            out.writeBytes(data);
            return;
        }
        while (data.readableBytes() >= Long.BYTES) {
            out.writeLong(data.readLong());
        }
        while (data.isReadable()) {
            out.writeByte(data.readByte());
        }
    }

    /** Nobody waits for it: a connection that cannot be written to is closed, and its streams are told by that. */
    private void write(ByteBuf frames) {
        context.write(frames, context.voidPromise());
    }

    private void frameHead(int length, byte type, int flags, int stream) {
        out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    private void room(int length) {
        if (out.writableBytes() < length) {
            commit();
            out = context.alloc().directBuffer(Math.max(length, ROOM));
        }
    }

    /** Hands on what was gathered. */
    void commit() {
        ByteBuf gathered = out;
        out = Unpooled.EMPTY_BUFFER;
        if (gathered.isReadable()) {
            write(gathered);
        } else {
            gathered.release();
        }
    }

    /** Throws away what was gathered. */
    void drop() {
        out.release();
        out = Unpooled.EMPTY_BUFFER;
    }
}
