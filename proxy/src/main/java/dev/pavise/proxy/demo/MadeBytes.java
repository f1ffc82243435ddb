package dev.pavise.proxy.demo;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.stream.ChunkedInput;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A body of a given length, made as it is sent: parts of one block, again and again, whatever the length. */
final class MadeBytes implements ChunkedInput<ByteBuf> {
    private static final int PART = 64 * 1024;
    private static final ByteBuf BLOCK = Unpooled.unreleasableBuffer(Unpooled.directBuffer(PART)
            .writeBytes("pavise demo data\n".repeat(PART / 17 + 1).getBytes(StandardCharsets.US_ASCII), 0, PART)
            .asReadOnly());

    private final long length;
    private long sent;

    MadeBytes(long length) {
        this.length = length;
    }

    @Override
    public boolean isEndOfInput() {
        return sent == length;
    }

    @Override
    public void close() {}

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // the interface asks for it; nobody here calls it
    public @Nullable ByteBuf readChunk(ChannelHandlerContext ctx) {
        return readChunk(ctx.alloc());
    }

    @Override
    public @Nullable ByteBuf readChunk(ByteBufAllocator allocator) {
        if (isEndOfInput()) {
            return null;
        }
        int part = (int) Math.min(PART, length - sent);
        sent += part;
        return BLOCK.slice(0, part);
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public long progress() {
        return sent;
    }
}
