package dev.pavise.proxy.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@link Flushes} encrypt for all connections first and send for all of them then: its handler stands behind what encrypts and holds
 * the flushes back meanwhile. A connection that is closed sends what it has before.
 *
 * <p>Used by its event loop only.
 */
final class Sends {
    private final Waiting<Sender> waiting = new Waiting<>();
    private boolean holding;

    ChannelHandler handler() {
        return new Sender();
    }

    /** From now on to {@link #release} nothing is sent. */
    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        waiting.tellAll(
                Sender::send); // where one fails, which Netty does not let happen, the next turn sends the others
    }

    private final class Sender extends ChannelOutboundHandlerAdapter {
        private @Nullable ChannelHandlerContext held;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (!holding) {
                ctx.flush();
            } else if (held == null) {
                held = ctx;
                waiting.add(this);
            }
        }

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            send();
            ctx.close(promise);
        }

        private void send() {
            ChannelHandlerContext ctx = held;
            if (ctx != null) {
                held = null;
                ctx.flush();
            }
        }
    }
}
