package dev.pavise.proxy.server;

import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Hygiene;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What the client of one exchange gets: a draft until it may leave, then the head, the body as it comes, and the end, with which the exchange is over.
 * Whether it may leave, {@link Answering} says. Used on the event loop.
 *
 * <p>Guarantees that each exchange ends once, with its relay and its draft released, and that what streamed on after its head, or broke off, has a record
 * of its end; that a stream lives no longer than its session, its credential and the rule that allowed it, and not without anything moving.
 */
final class Reply {
    private enum State {
        DRAFTED,
        STREAMING,
        DONE
    }

    private final Loop loop;
    private final ClientStream client;
    private final ExchangeRecords records;
    private final Relay relay;
    private final Deadlines.Watched watch;
    private State state = State.DRAFTED;
    private @Nullable Draft draft;
    private boolean refusing;
    private boolean streamedOn;
    private long sessionEndNanos;

    /** @param watch what keeps the deadline of the exchange; it is let go at the end */
    Reply(Loop loop, ClientStream client, ExchangeRecords records, Relay relay, Deadlines.Watched watch) {
        this.loop = loop;
        this.client = client;
        this.records = records;
        this.relay = relay;
        this.watch = watch;
    }

    // ---- before it leaves

    Draft draft() {
        Draft drafted = draft == null ? loop.drafts().take(records.requestId()) : draft;
        draft = drafted;
        return drafted;
    }

    void draftProblem(Refusal refusal, @Nullable Verdict verdict) {
        draft().problem(refusal, verdict, records.head());
    }

    /** It is a refusal of what was never allowed: its one record says all, and there is none of its end. */
    void refuses() {
        refusing = true;
    }

    void inform(ResponseHead head) {
        HeaderBlock block = loop.blocks().take();
        Hygiene.toClient(head, block);
        client.inform(new ResponseHead(head.status(), 0, block));
        client.flush();
        loop.blocks().give(block);
    }

    // ---- on its way

    /** Sends what was drafted: all there is, or the head, behind which what came meanwhile follows. */
    void send() {
        Draft answer = draft();
        ResponseHead head = answer.head();
        loop.metrics().onAnswer(records.rule(), head.status(), records.elapsedNanos());
        if (answer.isWhole()) {
            ByteBuf body = answer.takeBody();
            relay.countAnswer(body.readableBytes());
            complete();
            client.respond(head, body);
            finish();
        } else {
            state = State.STREAMING;
            watchStream();
            if (answer.isSwitching()) {
                streamedOn = true;
                client.switchProtocols(head);
                client.flush();
            } else {
                client.respond(head);
            }
            streamOn();
        }
    }

    private void streamOn() {
        Held held = relay.heldOfAnswer();
        boolean waited = held != null && held.tell(this::data, this::trailers);
        if (waited) {
            onRead();
        }
        if (state == State.STREAMING) {
            relay.resumeUpstream();
        }
    }

    /** Sends a part of the body, where there is a stream, and releases it. */
    void data(ByteBuf data, boolean last) {
        if (state != State.STREAMING) {
            data.release();
            return;
        }
        relay.countAnswer(data.readableBytes());
        if (last) {
            complete();
            client.data(data, true);
            finish();
        } else {
            relay.toClient(data);
        }
    }

    void trailers(HeaderBlock trailers) {
        if (state == State.STREAMING) {
            complete();
            client.trailers(trailers);
            finish();
        }
    }

    /** All that arrived in one read has been given. */
    void onRead() {
        if (state == State.STREAMING) {
            streamedOn = true;
            client.flush();
        }
    }

    void onClientWritable() {
        if (state == State.STREAMING) {
            relay.resumeUpstream();
        }
    }

    void flush() {
        client.flush();
    }

    /** Whether the head is sent. */
    boolean isBegun() {
        return state != State.DRAFTED;
    }

    boolean isDone() {
        return state == State.DONE;
    }

    // ---- how long

    private void watchStream() {
        if (sessionEndNanos == 0) {
            sessionEndNanos = loop.deadlines().in(loop.timeouts().sessionNanos());
        }
        watch.expireAt(loop.deadlines().in(loop.timeouts().idleNanos()));
    }

    /** The time is up in which something had to move. */
    void onIdle(boolean moved) {
        if (moved) {
            watchStream();
        } else {
            endStream("idle_timeout");
        }
    }

    void onSweep(long nowNanos) {
        if (state == State.STREAMING) {
            String ended = nowNanos - sessionEndNanos > 0 ? "session_timeout" : whyNoLonger();
            if (ended != null) {
                endStream(ended);
            }
        }
    }

    private @Nullable String whyNoLonger() {
        return switch (records.verdict()) {
            case Verdict.Forward forward -> loop.gate().whyNoLonger(records.caller(), records.request(), forward);
            case Verdict.Answer answer -> loop.gate().whyNoLonger(records.caller(), records.request(), answer);
            case null, default -> null;
        };
    }

    private void endStream(String why) {
        relay.stop();
        breakOff(why);
    }

    // ---- the end

    /** Ends it in the middle, or before its head where that can no longer be sent. */
    void breakOff(String how) {
        if (state != State.DONE) {
            records.brokeOff(how);
            streamedOn = true;
            complete();
            client.abort();
            finish();
        }
    }

    /** Nobody is there to get it, or the rest of it. */
    void leave() {
        complete();
        finish();
    }

    /** The same where its outcome is stored, or is being: that it broke off goes behind that. */
    void leaveBroken(String how) {
        if (state != State.DONE) {
            records.brokeOff(how);
            streamedOn = true;
            leave();
        }
    }

    /** All that is to be written down; what the client is still sent follows, as it may begin the next exchange. */
    private void complete() {
        state = State.DONE;
        loop.deadlines().remove(watch);
        if (streamedOn && !refusing) {
            loop.audit().append(records.end(relay.requestBytes(), relay.answerBytes()), loop.unheard());
        }
    }

    /** The answer is whole; where the request is not, or both are a tunnel, the upstream has no use for the rest. */
    private void finish() {
        client.flush();
        Draft answer = draft;
        if (!relay.isRequestEnded() || (answer != null && answer.isSwitching())) {
            relay.stop();
        }
        relay.release();
        if (answer != null) {
            draft = null;
            loop.drafts().give(answer);
        }
    }
}
