package dev.pavise.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * What came in on an {@link Http1Connection} and nobody has taken yet, and whether more is read from the socket: not while somebody asked for a pause, nor
 * while what is here has to wait, so that it is one read at most. Owns what it holds; {@link #drop} releases it at the end.
 */
final class Http1Intake {
    /** What is still read and thrown away after an answer that came before the request's end, so that the client can read the answer. */
    private static final int DISCARDED_BYTES = 1 << 20;

    private final ChannelHandlerContext ctx;
    private @Nullable ByteBuf pending;
    private boolean paused;
    private long discarded;

    Http1Intake(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    void add(ByteBuf data) {
        ByteBuf before = pending;
        pending = before == null ? data : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, data);
    }

    /** What can be parsed, which is then gone from here as far as it was read; null where there is nothing. */
    @Nullable
    ByteBuf readable() {
        return pending != null && pending.isReadable() ? pending : null;
    }

    /** Gives all of it away, to be released by the taker; null where there is nothing. */
    @Nullable
    ByteBuf takeAll() {
        ByteBuf all = pending;
        pending = null;
        return all;
    }

    /** Lets go of what has been parsed. */
    void tidy() {
        if (pending != null && !pending.isReadable()) {
            drop();
        }
    }

    void drop() {
        ByteBuf rest = takeAll();
        if (rest != null) {
            rest.release();
        }
    }

    /** Throws away what nobody wants any more; a client that does not stop is cut off. */
    void discard(ByteBuf data) {
        discarded += data.readableBytes();
        data.release();
        if (discarded > DISCARDED_BYTES) {
            ctx.close();
        }
    }

    /** Asks for a pause, or for its end; false where that was so already. */
    boolean pause(boolean pause) {
        boolean changes = paused != pause;
        paused = pause;
        return changes;
    }

    boolean isPaused() {
        return paused;
    }

    /**
     * Reads on, or stops reading.
     *
     * @param waits whether what is here cannot be parsed yet
     */
    void regulate(boolean waits) {
        boolean read = !paused && !(waits && pending != null);
        if (ctx.channel().config().isAutoRead() != read) {
            ctx.channel().config().setAutoRead(read);
        }
    }
}
