package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Parts the turn of an event loop in two: first all connections are read and decrypted, then what came is handled, one connection after the
 * other. The code of each part stays in the processor's caches for the whole part, where it would else be driven out by the other's for each
 * connection. It is the counterpart of {@link Flushes}.
 *
 * <p>Of each connection no more than one message is held back, and only to the end of the turn: a second one brings the first to its
 * receiver at once and follows it, so that a receiver which wants no more can say so in time. All events keep their order.
 *
 * <p>Used by its event loop only.
 */
public final class Reads {
    private final EventLoop loop;
    private final Waiting<Gathered> waiting = new Waiting<>();
    private final Runnable atEnd = this::tellAll;

    public Reads(EventLoop loop) {
        this.loop = loop;
    }

    /** A handler for one connection's pipeline, in front of whatever handles what was read. */
    public ChannelHandler handler() {
        return new Gathered();
    }

    private void tellAll() {
        try {
            waiting.tellAll(Gathered::tell); // to tell one may bring in another
        } finally { // where one fails the others still get their turn
            if (!waiting.isEmpty()) {
                loop.execute(atEnd);
            }
        }
    }

    private final class Gathered extends ChannelInboundHandlerAdapter {
        private @Nullable ChannelHandlerContext context;
        private @Nullable ByteBuf held;
        private boolean complete;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            context = ctx;
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            if (held != null) {
                held.release();
                held = null;
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (held == null && message instanceof ByteBuf data) {
                hold(data);
            } else {
                tell();
                ctx.fireChannelRead(message);
            }
        }

        private void hold(ByteBuf data) {
            held = data;
            if (waiting.isEmpty()) {
                loop.execute(atEnd);
            }
            waiting.add(this);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (held == null) {
                ctx.fireChannelReadComplete();
            } else {
                complete = true;
            }
        }

        /** Passes on what is held, if anything is. */
        private void tell() {
            ChannelHandlerContext ctx = context;
            ByteBuf data = held;
            if (ctx == null || data == null) {
                return;
            }
            boolean wasComplete = complete;
            held = null;
            complete = false;
            ctx.fireChannelRead(data);
            if (wasComplete) {
                ctx.fireChannelReadComplete();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            tell();
            ctx.fireChannelInactive();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            tell();
            ctx.fireUserEventTriggered(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            tell();
            ctx.fireExceptionCaught(cause);
        }
    }
}
