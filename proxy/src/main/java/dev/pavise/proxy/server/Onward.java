package dev.pavise.proxy.server;

import dev.pavise.proxy.forward.ForwardRequest;
import dev.pavise.proxy.forward.ForwardedStream;
import dev.pavise.proxy.forward.UpstreamListener;
import dev.pavise.proxy.forward.UpstreamStream;
import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.ForwardFacts;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Hygiene;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.management.LocalAnswer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The way on to the upstream, once it is open and until it is closed; at any other time what is sent is dropped. */
final class Onward {
    private final Loop loop;
    private @Nullable UpstreamStream stream;
    private @Nullable HeaderBlock headers;

    Onward(Loop loop) {
        this.loop = loop;
    }

    void open(Verdict.Forward forward, RequestHead head, ForwardFacts facts, UpstreamListener listener) {
        HeaderBlock out = loop.blocks().take();
        headers = out;
        Hygiene.toUpstream(head, facts, out);
        ForwardRequest request = new ForwardRequest(
                head.method(),
                head.target(),
                head.authority(),
                head.scheme(),
                out,
                head.bodyLength(),
                head.protocol(),
                !head.hasBody() && head.protocol() == null);
        stream = loop.forwarder()
                .open(forward.permit(), loop.eventLoop(), forward.route().upstream(), request, listener);
    }

    /** Takes the answer from the gateway itself, part by part. */
    void open(LocalAnswer.Parts parts, UpstreamListener listener) {
        stream = new LocalStream(loop, parts, listener);
    }

    boolean isOpen() {
        return stream != null;
    }

    void data(ByteBuf data, boolean last) {
        if (stream == null) {
            data.release();
        } else {
            stream.data(data, last);
        }
    }

    void trailers(HeaderBlock trailers) {
        if (stream != null) {
            stream.trailers(trailers);
        }
    }

    void flush() {
        if (stream != null) {
            stream.flush();
        }
    }

    boolean isWritable() {
        return stream != null && stream.isWritable();
    }

    void pauseReading() {
        if (stream != null) {
            stream.pauseReading();
        }
    }

    void resumeReading() {
        if (stream != null) {
            stream.resumeReading();
        }
    }

    /** Gives up, and nothing more is told. */
    void cancel() {
        UpstreamStream open = stream;
        stream = null;
        if (open != null) {
            open.cancel();
        }
    }

    /** Gives up, as the upstream was too slow, which counts against it. */
    void timeOut() {
        UpstreamStream slow = stream;
        stream = null;
        if (slow instanceof ForwardedStream forwarded) {
            forwarded.timeOut();
        } else if (slow != null) {
            slow.cancel();
        }
    }

    /** The upstream has ended by itself. */
    void ended() {
        stream = null;
    }

    /** Gives the request's fields back; the exchange is over. */
    void release() {
        stream = null;
        if (headers != null) {
            loop.blocks().give(headers);
            headers = null;
        }
    }
}
