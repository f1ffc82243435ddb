package dev.pavise.proxy.server;

import dev.pavise.proxy.forward.ForwardRequest;
import dev.pavise.proxy.forward.ForwardedStream;
import dev.pavise.proxy.forward.UpstreamListener;
import dev.pavise.proxy.forward.UpstreamStream;
import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.ForwardFacts;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Hygiene;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.management.Call;
import dev.pavise.proxy.management.LocalAnswer;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The two bodies of one exchange on their way between the client and what carries the request out: an upstream, or work of the gateway's own. Counts
 * them, holds back what comes before its time, and lets neither side go faster than the other takes. When its time is, the exchange and its
 * answer say; nothing in here decides. Used on the event loop.
 *
 * <p>While there is no upstream, or no longer one, what is sent to it is dropped. Has to be {@link #release released} once, at the end of the exchange.
 */
final class Relay {
    private final Loop loop;
    private final ClientStream client;
    private @Nullable UpstreamStream upstream;
    private @Nullable HeaderBlock headers;
    private @Nullable OwnWork work;
    private @Nullable Held heldRequest; // made when something has to wait, which is seldom; so is the other
    private @Nullable Held heldAnswer;
    private long requestBytes;
    private long answerBytes;
    private boolean requestEnded;
    private boolean moved;

    Relay(Loop loop, ClientStream client) {
        this.loop = loop;
        this.client = client;
    }

    // ---- what carries the request out

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
        upstream = loop.forwarder()
                .open(forward.permit(), loop.eventLoop(), forward.route().upstream(), request, listener);
    }

    /** Takes the answer from the gateway itself, part by part. */
    void open(LocalAnswer.Parts parts, UpstreamListener listener) {
        upstream = new LocalStream(loop, parts, listener);
    }

    /** Has the gateway itself do it; what it says is told once, be it late. */
    void open(Verdict.Answer own, RequestHead head, Call.From from, Consumer<LocalAnswer> done) {
        work = new OwnWork(loop, own, head, from, client, done);
    }

    @Nullable
    OwnWork work() {
        return work;
    }

    /** Whether there is an upstream, or whatever gives the answer part by part. */
    boolean isOpen() {
        return upstream != null;
    }

    /** The upstream has ended by itself. */
    void upstreamEnded() {
        upstream = null;
    }

    /** Gives the upstream up, as it was too slow, which counts against it. */
    void upstreamTooSlow() {
        UpstreamStream slow = upstream;
        upstream = null;
        if (slow instanceof ForwardedStream forwarded) {
            forwarded.timeOut();
        } else if (slow != null) {
            slow.cancel();
        }
    }

    // ---- the request's body

    /** Something of the body has come; what becomes of it is told next. */
    void count(ByteBuf data, boolean last) {
        requestBytes += data.readableBytes();
        requestEnded |= last;
        moved = true;
    }

    /** Nothing of the request follows, be it whole or broken off. */
    void endRequest() {
        requestEnded = true;
    }

    boolean isRequestEnded() {
        return requestEnded;
    }

    long requestBytes() {
        return requestBytes;
    }

    void hold(ByteBuf data, boolean last) {
        heldRequest().data(data, last);
    }

    void hold(HeaderBlock trailers) {
        heldRequest().trailers(trailers);
    }

    private Held heldRequest() {
        Held held = heldRequest == null ? new Held() : heldRequest;
        heldRequest = held;
        return held;
    }

    @Nullable
    Held heldOfRequest() {
        return heldRequest;
    }

    /** Lets go of what was held of the request. */
    void dropRequest() {
        Held.drop(heldRequest);
    }

    void toUpstream(ByteBuf data, boolean last) {
        if (upstream == null) {
            data.release();
            return;
        }
        upstream.data(data, last);
        if (!isUpstreamWritable()) {
            flushUpstream(); // the socket may well take it
        }
        regulateClient();
    }

    void toUpstream(HeaderBlock trailers) {
        if (upstream != null) {
            upstream.trailers(trailers);
        }
    }

    void flushUpstream() {
        if (upstream != null) {
            upstream.flush();
        }
    }

    boolean isUpstreamWritable() {
        return upstream != null && upstream.isWritable();
    }

    /** Nothing of the request is wanted for now. */
    void pauseClient() {
        client.pauseReading();
    }

    void resumeClient() {
        client.resumeReading();
    }

    /** A client that waits for it is told to send its body, now that the body is wanted. */
    void askForBody(RequestHead head) {
        if (head.expectsContinue() && !requestEnded) {
            client.inform(Answers.CONTINUE);
            client.flush();
        }
    }

    /** The client sends while the upstream takes. */
    void regulateClient() {
        if (upstream == null) {
            return;
        }
        if (!requestEnded && !upstream.isWritable()) {
            client.pauseReading();
        } else {
            client.resumeReading();
        }
    }

    // ---- the answer's body

    void holdAnswer(ByteBuf data, boolean last) {
        heldAnswer().data(data, last);
    }

    void holdAnswer(HeaderBlock trailers) {
        heldAnswer().trailers(trailers);
    }

    private Held heldAnswer() {
        Held held = heldAnswer == null ? new Held() : heldAnswer;
        heldAnswer = held;
        return held;
    }

    @Nullable
    Held heldOfAnswer() {
        return heldAnswer;
    }

    /** Something of the body is about to be sent. */
    void countAnswer(int bytes) {
        answerBytes += bytes;
    }

    long answerBytes() {
        return answerBytes;
    }

    /** Sends a part that is not the last; the upstream waits while the client does not take it. */
    void toClient(ByteBuf data) {
        client.data(data, false);
        if (!client.isWritable()) {
            client.flush(); // the socket may well take it
            if (!client.isWritable()) {
                pauseUpstream();
            }
        }
    }

    void pauseUpstream() {
        if (upstream != null) {
            upstream.pauseReading();
        }
    }

    void resumeUpstream() {
        if (upstream != null) {
            upstream.resumeReading();
        }
    }

    // ---- both

    /** One of the sides has sent something, or has taken what it was sent. */
    void onMoved() {
        moved = true;
    }

    /** Whether anything has moved since this was asked last. */
    boolean takeMoved() {
        boolean since = moved;
        moved = false;
        return since;
    }

    /** Gives up: the upstream and the gateway's own work are left, what was held is dropped, and nothing more is told. Repeating it is harmless. */
    void stop() {
        UpstreamStream open = upstream;
        upstream = null;
        if (open != null) {
            open.cancel();
        }
        if (work != null) {
            work.abandon();
        }
        Held.drop(heldRequest);
        Held.drop(heldAnswer);
    }

    /** Gives the request's fields back; the exchange is over. */
    void release() {
        upstream = null;
        if (headers != null) {
            loop.blocks().give(headers);
            headers = null;
        }
    }
}
