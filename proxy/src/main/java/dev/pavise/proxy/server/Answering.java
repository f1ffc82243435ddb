package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Outcome;
import dev.pavise.proxy.forward.UpstreamFailure;
import dev.pavise.proxy.forward.UpstreamListener;
import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.ResponseHead;
import dev.pavise.proxy.management.LocalAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The way of an {@link Exchange} to its outcome: waits for the answer of whatever carries the request out, stores the outcome, and then lets the
 * {@link Reply} leave. A refusal, a failure and a time that is up are answers as well. Told everything on the event loop, by its exchange and by what
 * carries the request out.
 *
 * <p>Guarantees that no head of an allowed request's answer leaves before the outcome is stored (promise P3), and that each request whose intent was
 * stored gets one outcome while the process lives.
 */
final class Answering extends Deadlines.Watched implements UpstreamListener, StoredOnLoop {
    /** What is waited for. */
    private enum State {
        /** The word of the exchange: the request is not allowed yet, or never. */
        WORD,
        /** The upstream's answer. */
        FORWARDED,
        /** The gateway's own answer: the body of the request, then the work. */
        HANDLING,
        /** The outcome to be stored; the answer's head is held back. */
        OUTCOME,
        /** Nothing: the reply is on its way, or the exchange is over. */
        REPLY
    }

    /** The status in records and metrics of an answer that nobody waited for, as others write it too. */
    private static final int CLIENT_GONE = 499;

    private final Loop loop;
    private final ExchangeRecords records;
    private final Relay relay;
    private final Reply reply;
    private State state = State.WORD;

    Answering(Loop loop, ClientStream client, ExchangeRecords records, Relay relay) {
        this.loop = loop;
        this.records = records;
        this.relay = relay;
        this.reply = new Reply(loop, client, records, relay, this);
    }

    Reply reply() {
        return reply;
    }

    // ---- the word of the exchange

    /** A request has come; from now on its time is watched. */
    void begin() {
        loop.deadlines().add(this);
    }

    /** The intent is stored: somebody is about to carry the request out. */
    void allowed() {
        state = State.HANDLING;
    }

    void expectUpstream(long withinNanos) {
        state = State.FORWARDED;
        expireAt(loop.deadlines().in(withinNanos));
    }

    void expectOwnWork() {
        expireAt(loop.deadlines().in(loop.timeouts().requestNanos()));
    }

    boolean expectsOwnWork() {
        return state == State.HANDLING;
    }

    /** Sends what was drafted, of which nothing is recorded. */
    void send() {
        state = State.REPLY;
        reply.send();
    }

    /** A refusal by verdict: nothing was stored before and nothing is forwarded. It is recorded, or counted where a flood repeats it. */
    void refuse(Verdict.Refuse refuse) {
        reply.refuses();
        relay.dropRequest();
        records.judged(refuse);
        loop.metrics().onRefusal(refuse.refusal().code());
        reply.draftProblem(refuse.refusal(), refuse);
        AuditRecord record = records.refusal(refuse);
        if (record == null) {
            if (loop.audit().unavailable().isPresent()) {
                reply.draftProblem(Refusals.AUDIT_UNAVAILABLE, null);
            }
            send();
        } else {
            state = State.OUTCOME;
            loop.audit().append(record, this);
        }
    }

    /** Ends the exchange for a reason that came up on the way: with an answer while there can be one, else by breaking off. */
    void giveUp(Refusal refusal) {
        relay.stop();
        String code = refusal.code().code();
        switch (state) {
            case WORD -> refuse(Refusals.of(refusal, records.actor()));
            case FORWARDED, HANDLING -> {
                loop.metrics().onRefusal(refusal.code());
                reply.draftProblem(refusal, records.verdict());
                store(refusal.status() < 500 ? Outcome.FAILURE : Outcome.ERROR, code);
            }
            case OUTCOME, REPLY -> {
                // The outcome of an answer that will never come may be being stored; that it broke off goes behind it.
                state = State.REPLY;
                reply.breakOff(code);
            }
        }
    }

    /** @param intended whether the intent is being stored, and the exchange has not said a word yet */
    void onClientGone(boolean intended) {
        relay.stop();
        State was = state;
        state = State.REPLY;
        switch (was) {
            case WORD -> {
                if (intended) {
                    storeUnheard();
                }
                reply.leave();
            }
            case FORWARDED, HANDLING -> {
                storeUnheard();
                reply.leave();
            }
            case OUTCOME, REPLY -> reply.leaveBroken("client_gone");
        }
    }

    private void storeUnheard() {
        loop.metrics().onAnswer(records.rule(), CLIENT_GONE, records.elapsedNanos());
        AuditRecord outcome = records.outcome(CLIENT_GONE, Outcome.FAILURE, "client_gone", relay.requestBytes());
        loop.audit().append(outcome, loop.unheard());
    }

    // ---- the outcome

    private void store(Outcome outcome, @Nullable String code) {
        state = State.OUTCOME;
        int status = reply.draft().head().status();
        loop.audit().append(records.outcome(status, outcome, code, relay.requestBytes()), records.atLeast(), this);
        if (state == State.OUTCOME) {
            relay.pauseUpstream();
        }
    }

    @Override
    public EventLoop eventLoop() {
        return loop.eventLoop();
    }

    @Override
    public void onStored() {
        if (state != State.OUTCOME) {
            return; // the client left while the record was being stored
        }
        try {
            send();
        } catch (RuntimeException bug) {
            loop.failures().onBug(records.requestId(), bug);
            giveUp(Refusals.INTERNAL);
        }
    }

    @Override
    public void onUnavailable(AuditUnavailable why) {
        loop.metrics().onAuditUnavailable(why);
        if (state == State.OUTCOME) {
            refuseUnrecorded();
        }
    }

    /** Nothing is allowed without a record: what would have been answered is not, whatever it was. */
    void refuseUnrecorded() {
        relay.stop();
        reply.draftProblem(Refusals.AUDIT_UNAVAILABLE, null);
        send();
    }

    // ---- what the upstream tells

    @Override
    public void onInformation(ResponseHead head) {
        if (state == State.FORWARDED && head.status() != 100) {
            reply.inform(head);
        }
    }

    @Override
    public void onResponse(ResponseHead head, boolean last) {
        if (state == State.FORWARDED) {
            reply.draft().ofUpstream(head, last, records.verdict(), records.head());
            store(Outcome.SUCCESS, null);
        }
    }

    @Override
    public void onSwitched(ResponseHead head) {
        if (state == State.FORWARDED) {
            reply.draft().ofSwitch(head, records.verdict(), records.head());
            store(Outcome.SUCCESS, null);
        }
    }

    @Override
    public void onResponseData(ByteBuf data, boolean last) {
        relay.onMoved();
        if (state == State.OUTCOME) {
            relay.holdAnswer(data, last);
        } else {
            reply.data(data, last);
        }
    }

    @Override
    public void onResponseTrailers(HeaderBlock trailers) {
        if (state == State.OUTCOME) {
            relay.holdAnswer(trailers);
        } else {
            reply.trailers(trailers);
        }
    }

    @Override
    public void onUpstreamReadComplete() {
        reply.onRead();
    }

    @Override
    public void onUpstreamWritable() {
        relay.onMoved();
        relay.regulateClient();
    }

    @Override
    public void onUpstreamFailure(UpstreamFailure failure) {
        relay.upstreamEnded();
        records.failed(failure.detail());
        giveUp(Refusals.titled(failure.code()));
    }

    // ---- what the gateway's own work tells

    void onHandled(LocalAnswer done) {
        if (state != State.HANDLING) {
            records.handledLate(done).ifPresent(record -> loop.audit().append(record, loop.unheard()));
            return;
        }
        records.handled(done.event());
        Refusal refusal = done.refusal();
        if (refusal == null) {
            reply.draft().ofGateway(done, records.verdict(), records.head());
            if (done.parts() != null) {
                records.streaming(done.parts());
                relay.open(done.parts(), this);
            }
            store(ExchangeRecords.outcomeOf(done), null);
        } else {
            loop.metrics().onRefusal(refusal.code());
            reply.draftProblem(refusal, records.verdict());
            store(ExchangeRecords.outcomeOf(done), refusal.code().code());
        }
    }

    // ---- time

    @Override
    void onDeadline(long nowNanos) {
        boolean moved = relay.takeMoved();
        switch (state) {
            case FORWARDED -> {
                if (moved && !relay.isRequestEnded()) {
                    expireAt(nowNanos + routeTimeout());
                } else {
                    onNoAnswer();
                }
            }
            case HANDLING -> {
                OwnWork work = relay.work();
                if (moved && work != null && work.isTakingIn()) {
                    expectOwnWork();
                } else {
                    giveUp(Refusals.INCOMPLETE);
                }
            }
            case REPLY -> reply.onIdle(moved);
            case WORD, OUTCOME -> {}
        }
    }

    /** Time is up: the client's fault where it has still to send and may, else the upstream's, which is held against that. */
    private void onNoAnswer() {
        if (!relay.isRequestEnded() && relay.isUpstreamWritable()) {
            giveUp(Refusals.INCOMPLETE);
        } else {
            relay.upstreamTooSlow();
            giveUp(Refusals.titled(RefusalCode.UPSTREAM_TIMEOUT));
        }
    }

    private long routeTimeout() {
        return records.verdict() instanceof Verdict.Forward forward
                ? forward.route().timeoutNanos()
                : loop.timeouts().idleNanos();
    }

    @Override
    void onSweep(long nowNanos) {
        reply.onSweep(nowNanos);
    }
}
