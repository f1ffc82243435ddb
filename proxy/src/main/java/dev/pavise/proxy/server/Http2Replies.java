package dev.pavise.proxy.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what a client can make the codec reply: how many acknowledgements and resets may wait to be taken, and how many resets for errors of its it
 * may have in a time. A connection beyond either ends with {@code ENHANCE_YOUR_CALM}.
 */
final class Http2Replies extends DecoratingHttp2ConnectionEncoder {
    private final int mostWaiting;
    private final int mostResets;
    private final long resetsNanos;
    private final LongSupplier nanoClock;
    private final ChannelFutureListener taken = done -> this.waiting--;
    private @Nullable Http2LifecycleManager lifecycle;
    private int waiting;
    private int resets;
    private long resetsSince;
    private boolean over;

    Http2Replies(
            Http2ConnectionEncoder encoder, int mostWaiting, int mostResets, long resetsNanos, LongSupplier nanoClock) {
        super(encoder);
        this.mostWaiting = mostWaiting;
        this.mostResets = mostResets;
        this.resetsNanos = resetsNanos;
        this.nanoClock = nanoClock;
        this.resetsSince = nanoClock.getAsLong();
    }

    @Override
    public void lifecycleManager(Http2LifecycleManager manager) {
        lifecycle = manager;
        super.lifecycleManager(manager);
    }

    @Override
    public ChannelFuture writeSettingsAck(ChannelHandlerContext ctx, ChannelPromise promise) {
        return admit(ctx) ? super.writeSettingsAck(ctx, counted(promise)) : promise;
    }

    @Override
    public ChannelFuture writePing(ChannelHandlerContext ctx, boolean ack, long data, ChannelPromise promise) {
        if (!ack) {
            return super.writePing(ctx, false, data, promise);
        }
        return admit(ctx) ? super.writePing(ctx, true, data, counted(promise)) : promise;
    }

    @Override
    public ChannelFuture writeRstStream(
            ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
        if (!admit(ctx)) {
            return promise;
        }
        ChannelFuture written = super.writeRstStream(ctx, streamId, errorCode, counted(promise));
        if (errorCode != Http2Error.CANCEL.code() && errorCode != Http2Error.NO_ERROR.code()) {
            countReset(ctx);
        }
        return written;
    }

    private ChannelPromise counted(ChannelPromise promise) {
        waiting++;
        return promise.unvoid().addListener(taken);
    }

    private boolean admit(ChannelHandlerContext ctx) {
        if (waiting >= mostWaiting && !over) {
            ctx.flush(); // some may only not have been sent yet
        }
        if (waiting >= mostWaiting && !over) {
            end(ctx, "too many replies are not taken");
        }
        return !over;
    }

    private void countReset(ChannelHandlerContext ctx) {
        long now = nanoClock.getAsLong();
        if (now - resetsSince >= resetsNanos) {
            resetsSince = now;
            resets = 0;
        }
        resets++;
        if (resets > mostResets) {
            end(ctx, "too many streams had to be reset");
        }
    }

    private void end(ChannelHandlerContext ctx, String why) {
        over = true;
        Http2LifecycleManager manager = lifecycle;
        if (manager != null) {
            manager.onError(ctx, true, Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "%s", why));
        }
        ctx.close();
    }
}
