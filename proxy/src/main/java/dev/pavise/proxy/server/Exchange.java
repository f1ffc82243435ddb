package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.proxy.gate.Gate;
import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One request from its head to the last byte of its answer, whatever the protocols on both sides: asks the gate, stores the intent, has the request
 * carried out, and from there on leaves the answer to {@link Answering}, which stores the outcome (promise P3). The bodies go through its {@link Relay}.
 * It is told everything on the event loop of the client's connection and touches no other.
 *
 * <p>Guarantees that nothing reaches an upstream, and no work of the gateway's own begins, before the intent is stored.
 */
final class Exchange implements ClientExchange, StoredOnLoop {
    /** What it waits for before the request is carried out. */
    private enum Stage {
        /** For the gate, and what that asks outside. */
        JUDGING,
        /** For the intent to be stored. */
        INTENT,
        /** For nothing: the answer is on its way, be it a refusal, or the request is being carried out. */
        ANSWERING
    }

    private final Loop loop;
    private final ExchangeRecords records;
    private final Relay relay;
    private final Answering answering;
    private Stage stage = Stage.JUDGING;
    private @Nullable Inquiry inquiry; // made when the gate asks outside, which is seldom
    private @Nullable Refusal requestBroken;

    Exchange(Loop loop, Session session, ClientStream client) {
        this.loop = loop;
        this.records = new ExchangeRecords(loop, session);
        this.relay = new Relay(loop, client);
        this.answering = new Answering(loop, client, records, relay);
    }

    // ---- the way of a request

    /** Takes a request in. The last handler of bugs: what throws in here is answered with 500, and nothing was forwarded unjudged. */
    @Override
    public void begin(RequestHead head) {
        if (!head.hasBody()) {
            relay.endRequest();
        }
        records.begin(head);
        answering.begin();
        try {
            take(loop.gate().judge(records.caller(), head), head);
        } catch (RuntimeException bug) {
            onBug(bug);
        }
    }

    /** Takes in a request of which there is no head, as the parser refused it. */
    @Override
    public void beginRefused(Refusal refusal) {
        relay.endRequest();
        answering.begin();
        refuse(Refusals.of(refusal, Gate.ANONYMOUS));
    }

    private void take(Verdict judged, RequestHead head) {
        records.judged(judged);
        switch (judged) {
            case Verdict.Refuse refuse -> refuse(refuse);
            case Verdict.Preflight ignored -> {
                answering.reply().draft().ofPreflight(judged, head);
                answer();
            }
            case Verdict.AnswerAnyone(var endpoint) -> {
                answering.reply().draft().ofGateway(loop.open(endpoint, head), judged, head);
                answer();
            }
            case Verdict.Wait wait -> awaitVerdict(wait);
            case Verdict.Answer ignored -> storeIntent();
            case Verdict.Forward forward -> {
                Verdict.Refuse kept = Refusals.beforehand(forward, head, loop);
                if (kept == null) {
                    storeIntent();
                } else {
                    refuse(kept);
                }
            }
        }
    }

    private void refuse(Verdict.Refuse refuse) {
        stage = Stage.ANSWERING;
        answering.refuse(refuse);
    }

    private void answer() {
        stage = Stage.ANSWERING;
        answering.send();
    }

    /** Waits for what the gate asked outside; the request's body waits, too. */
    private void awaitVerdict(Verdict.Wait wait) {
        Inquiry asking = inquiry == null ? new Inquiry(loop, this::onAsked) : inquiry;
        inquiry = asking;
        relay.pauseClient();
        asking.await(wait);
    }

    private void onAsked(Verdict.Wait wait) {
        relay.resumeClient();
        try {
            take(wait.then().get(), records.request());
        } catch (RuntimeException bug) {
            onBug(bug);
        }
    }

    private void storeIntent() {
        stage = Stage.INTENT;
        loop.audit().append(records.intent(), records.atLeast(), this);
        if (stage == Stage.INTENT) {
            relay.pauseClient();
        }
    }

    @Override
    public EventLoop eventLoop() {
        return loop.eventLoop();
    }

    @Override
    public void onStored() {
        if (stage != Stage.INTENT) {
            return; // the client left while the record was being stored
        }
        stage = Stage.ANSWERING;
        answering.allowed();
        try {
            act();
        } catch (RuntimeException bug) {
            onBug(bug);
        }
    }

    @Override
    public void onUnavailable(AuditUnavailable why) {
        loop.metrics().onAuditUnavailable(why);
        if (stage == Stage.INTENT) {
            stage = Stage.ANSWERING;
            answering.refuseUnrecorded();
        }
    }

    private void act() {
        Refusal broken = requestBroken;
        if (broken != null) {
            giveUp(broken);
            return;
        }
        switch (records.verdict()) {
            case Verdict.Forward forward -> forward(forward, records.request());
            case Verdict.Answer own -> handle(own, records.request());
            case null, default -> throw new IllegalStateException("an intent without a permit");
        }
    }

    private void forward(Verdict.Forward forward, RequestHead head) {
        answering.expectUpstream(forward.route().timeoutNanos());
        relay.open(forward, head, records.facts(forward, head), answering);
        relay.askForBody(head);
        tellHeld();
        relay.flushUpstream();
        relay.regulateClient();
    }

    private void handle(Verdict.Answer own, RequestHead head) {
        answering.expectOwnWork();
        relay.open(own, head, records.from(), answering::onHandled);
        relay.askForBody(head);
        relay.resumeClient();
        boolean waited = tellHeld();
        if (relay.isRequestEnded() && !waited) {
            handleWhole();
        }
    }

    /** Goes on with what came of the body meanwhile; returns whether anything did. */
    private boolean tellHeld() {
        Held held = relay.heldOfRequest();
        return held != null && held.tell(this::requestData, this::requestTrailers);
    }

    // ---- the request's body

    @Override
    public void onRequestData(ByteBuf data, boolean last) {
        relay.count(data, last);
        requestData(data, last);
    }

    private void requestData(ByteBuf data, boolean last) {
        if (stage != Stage.ANSWERING) {
            relay.hold(data, last);
        } else if (answering.expectsOwnWork()) {
            collect(data, last);
        } else if (isTooLarge()) {
            data.release();
            giveUp(Answers.tooLarge(bodyLimit()));
        } else {
            relay.toUpstream(data, last);
        }
    }

    /** Only of what goes on to an upstream: the rest of a request that was refused meanwhile is thrown away, and takes no answer back. */
    private boolean isTooLarge() {
        return relay.isOpen()
                && relay.requestBytes() > bodyLimit()
                && records.request().protocol() == null;
    }

    private long bodyLimit() {
        OwnWork work = relay.work();
        return records.verdict() instanceof Verdict.Forward forward
                ? forward.route().bodyLimit()
                : work == null ? LocalBody.LIMIT : work.bodyLimit();
    }

    private void collect(ByteBuf data, boolean last) {
        OwnWork work = relay.work();
        if (work == null || !work.add(data)) {
            giveUp(Answers.tooLarge(bodyLimit()));
        } else if (last) {
            handleWhole();
        }
    }

    private void handleWhole() {
        OwnWork work = relay.work();
        if (work != null) {
            if (work.boundsItself()) {
                answering.expireAt(Deadlines.Watched.NEVER);
            }
            work.onWhole();
        }
    }

    @Override
    public void onRequestTrailers(HeaderBlock trailers) {
        relay.endRequest();
        requestTrailers(trailers);
    }

    private void requestTrailers(HeaderBlock trailers) {
        if (stage != Stage.ANSWERING) {
            relay.hold(trailers);
        } else if (answering.expectsOwnWork()) {
            collect(Unpooled.EMPTY_BUFFER, true);
        } else {
            relay.toUpstream(trailers);
        }
    }

    @Override
    public void onRequestRefused(Refusal refusal) {
        relay.endRequest();
        if (!answering.reply().isDone()) {
            giveUp(refusal);
        }
    }

    // ---- the client

    @Override
    public void onClientReadComplete() {
        relay.flushUpstream();
    }

    @Override
    public void onClientWritable() {
        relay.onMoved();
        answering.reply().onClientWritable();
    }

    @Override
    public void onClientGone() {
        boolean intended = stage == Stage.INTENT;
        endJudging();
        answering.onClientGone(intended);
    }

    @Override
    public boolean isAnswering() {
        return answering.reply().isBegun();
    }

    /** Whether nobody outside was asked, who might still be looking at the request's fields. */
    boolean wasJudgedHere() {
        return inquiry == null;
    }

    // ---- giving up

    /** The gateway stops and has waited long enough: what is not answered yet gets a refusal, what streams ends here. */
    @Override
    public void cutOff() {
        giveUp(Refusals.titled(RefusalCode.DRAINING));
        answering.reply().flush();
    }

    private void onBug(RuntimeException bug) {
        loop.failures().onBug(records.requestId(), bug);
        if (stage == Stage.INTENT) { // nobody may ever tell whether it is stored; the outcome says what came of it
            stage = Stage.ANSWERING;
            answering.allowed();
        }
        giveUp(Refusals.INTERNAL);
    }

    /** Ends the exchange for a reason that came up on the way. */
    private void giveUp(Refusal refusal) {
        if (stage == Stage.INTENT) {
            relay.stop();
            requestBroken = refusal; // told once the intent is stored
        } else {
            endJudging();
            answering.giveUp(refusal);
        }
    }

    private void endJudging() {
        stage = Stage.ANSWERING;
        if (inquiry != null) {
            inquiry.end();
        }
    }
}
