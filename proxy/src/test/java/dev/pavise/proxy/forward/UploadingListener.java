package dev.pavise.proxy.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Sends a large body of zeros as fast as the upstream takes it, and no faster. */
final class UploadingListener extends RecordingListener {
    private static final int PART = 16 * 1024;

    final AtomicLong sent = new AtomicLong();
    private final long total;
    private @Nullable ForwardedStream stream;

    UploadingListener(long total) {
        this.total = total;
    }

    ForwardedStream start(Forwarding forwarding, Upstream upstream, ForwardRequest request) throws Exception {
        return forwarding.onLoop(() -> {
            ForwardedStream opened =
                    forwarding.forwarder.open(Forwarding.permit(), forwarding.loop(), upstream, request, this);
            stream = opened;
            pump();
            opened.flush();
            return opened;
        });
    }

    @Override
    public void onUpstreamWritable() {
        super.onUpstreamWritable();
        pump();
    }

    private void pump() {
        ForwardedStream to = stream;
        while (to != null && to.isWritable() && sent.get() < total) {
            int size = (int) Math.min(PART, total - sent.get());
            ByteBuf part = PooledByteBufAllocator.DEFAULT.buffer(size).writeZero(size);
            to.data(part, sent.addAndGet(size) == total);
            to.flush();
        }
    }
}
