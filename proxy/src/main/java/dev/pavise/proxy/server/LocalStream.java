package dev.pavise.proxy.server;

import dev.pavise.proxy.forward.UpstreamFailure;
import dev.pavise.proxy.forward.UpstreamListener;
import dev.pavise.proxy.forward.UpstreamStream;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.management.LocalAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;

/**
 * An answer of the gateway itself that goes out part by part. A part is made, off the event loop, when the client has taken the one
 * before: a client that does not read holds one part, and no thread.
 */
final class LocalStream implements UpstreamStream {
    private final Loop loop;
    private final LocalAnswer.Parts parts;
    private final UpstreamListener listener;
    private boolean paused = true;
    private boolean making;
    private boolean over;

    LocalStream(Loop loop, LocalAnswer.Parts parts, UpstreamListener listener) {
        this.loop = loop;
        this.parts = parts;
        this.listener = listener;
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        data.release();
    }

    @Override
    public void trailers(HeaderBlock trailers) {}

    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
        makeNext();
    }

    private void makeNext() {
        if (making || paused || over) {
            return;
        }
        making = true;
        loop.management()
                .next(
                        parts,
                        made -> loop.eventLoop().execute(() -> onMade(made)),
                        failure -> loop.eventLoop().execute(this::onFailed));
    }

    private void onMade(Optional<byte[]> made) {
        making = false;
        if (over) {
            return;
        }
        over = made.isEmpty();
        listener.onResponseData(over ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(made.get()), over);
        if (!over) {
            listener.onUpstreamReadComplete();
            makeNext();
        }
    }

    private void onFailed() {
        if (!over) {
            over = true;
            listener.onUpstreamFailure(
                    new UpstreamFailure(RefusalCode.INTERNAL, "the answer could not be gone on with"));
        }
    }

    @Override
    public void cancel() {
        over = true;
        parts.close();
    }
}
