package dev.pavise.proxy.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Puts flushes off to the end of the event loop's turn: what a turn has read is handled first, then all that it wrote is sent. So the other
 * side is woken once for many messages and not for each, and code that computes and code that sends does not drive one another out of the
 * processor's caches. Where a turn reads one message that is sent at once, as before. What is large is not put off: it would only fill
 * memory, and what the socket does not take has to be known soon.
 *
 * <p>Used by its event loop only.
 */
public final class Flushes {
    private static final int LARGE = 4 * 1024;

    private final @Nullable SingleThreadEventLoop turning;
    private final Waiting<Gathered> waiting = new Waiting<>();
    private final Sends sends = new Sends();
    private final Runnable atEnd = this::flushAll;

    public Flushes(EventLoop loop) {
        this.turning = loop instanceof SingleThreadEventLoop turns ? turns : null;
    }

    /** A handler for the front of a pipeline that encrypts: all of a turn is encrypted, then all of it is sent. */
    public ChannelHandler sender() {
        return sends.handler();
    }

    /**
     * The flushes of one connection.
     *
     * @param from where in the pipeline a flush begins
     */
    public Gathered of(Channel channel, ChannelOutboundInvoker from) {
        return new Gathered(channel, from);
    }

    /** Flushes one connection, once however often it is asked for. */
    public final class Gathered {
        private final Channel channel;
        private final ChannelOutboundInvoker from;
        private boolean wanted;

        private Gathered(Channel channel, ChannelOutboundInvoker from) {
            this.channel = channel;
            this.from = from;
        }

        /** Sends what was written by the end of this turn. */
        public void soon() {
            SingleThreadEventLoop loop = turning;
            if (loop == null || isLarge()) {
                now();
            } else if (!wanted) {
                wanted = true;
                if (waiting.isEmpty()) {
                    loop.executeAfterEventLoopIteration(atEnd);
                }
                waiting.add(this);
            }
        }

        /** Sends what was written at once: before the connection is closed, for one. */
        public void now() {
            wanted = false;
            from.flush();
        }

        /** Sends at once what was to be sent soon. */
        public void settle() {
            if (wanted) {
                now();
            }
        }

        private boolean isLarge() {
            long room = channel.bytesBeforeUnwritable();
            return room + LARGE < channel.config().getWriteBufferHighWaterMark();
        }
    }

    private void flushAll() {
        sends.hold();
        try {
            settleAll();
        } finally {
            sends.release();
        }
    }

    private void settleAll() {
        try {
            waiting.tellAll(Gathered::settle); // a flush may ask for another one
        } finally { // where one fails the others still get their turn
            SingleThreadEventLoop loop = turning;
            if (loop != null && !waiting.isEmpty()) {
                loop.executeAfterEventLoopIteration(atEnd);
            }
        }
    }
}
