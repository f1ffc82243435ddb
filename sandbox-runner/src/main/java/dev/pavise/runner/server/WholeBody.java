package dev.pavise.runner.server;

import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.refusal.RefusalCode;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/** Collects a body that is small enough, then hands it on, off the event loop. What was begun with it is told when the client leaves. */
final class WholeBody implements Body {
    private final long most;
    private final Consumer<Refusal> refused;
    private final OffLoop offLoop;
    private final Function<byte[], Runnable> taker;
    /** Given back when the body is no longer in memory for its own sake. */
    private final AtomicReference<Runnable> room;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean tooLarge;
    /** Guarded by this object. */
    private boolean gone;

    private Runnable onGone = () -> {};

    /**
     * @param room is run once, when there is room for another body
     * @param taker what it returns is run when the client leaves, be it long over by then
     */
    WholeBody(long most, Runnable room, OffLoop offLoop, Consumer<Refusal> refused, Function<byte[], Runnable> taker) {
        this.most = most;
        this.room = new AtomicReference<>(room);
        this.offLoop = offLoop;
        this.refused = refused;
        this.taker = taker;
    }

    @Override
    public void bytes(ByteBuf data, Runnable done) {
        try {
            take(data);
        } finally {
            data.release();
        }
        done.run();
    }

    private void take(ByteBuf data) {
        if (tooLarge) {
            return;
        }
        if (bytes.size() + (long) data.readableBytes() > most) {
            tooLarge = true;
            refused.accept(Refusal.of(
                    RefusalCode.REQUEST_TOO_LARGE, "the request is larger than `limits.request_bytes` of the runner"));
            return;
        }
        try {
            data.readBytes(bytes, data.readableBytes());
        } catch (IOException impossible) {
            throw new IllegalStateException("memory takes bytes", impossible);
        }
    }

    @Override
    public void end() {
        if (!tooLarge) {
            byte[] whole = bytes.toByteArray();
            offLoop.start(() -> {
                try {
                    begun(taker.apply(whole));
                } finally {
                    giveRoom();
                }
            });
        }
    }

    private void begun(Runnable whenGone) {
        synchronized (this) {
            onGone = whenGone;
            if (!gone) {
                return;
            }
        }
        whenGone.run();
    }

    @Override
    public void gone() {
        Runnable told;
        synchronized (this) {
            gone = true;
            told = onGone;
        }
        giveRoom();
        told.run();
    }

    private void giveRoom() {
        room.getAndSet(() -> {}).run();
    }
}
