package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Stored;
import dev.pavise.proxy.forward.UpstreamFailure;
import dev.pavise.proxy.forward.UpstreamListener;
import dev.pavise.proxy.gate.Gate;
import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Hygiene;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import dev.pavise.proxy.management.Call;
import dev.pavise.proxy.management.LocalAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * One request from its head to the last byte of its answer, whatever the protocols on both sides: asks the gate, stores the intent, forwards or
 * handles, stores the outcome, answers (promise P3). It is told everything on the event loop of the client's connection and touches no other.
 *
 * <p>Guarantees that nothing reaches an upstream before the intent is stored, that no head of an allowed request's answer leaves before the
 * outcome is stored, and that each stored intent gets one outcome while the process lives.
 */
final class Exchange extends Deadlines.Watched implements ClientExchange, UpstreamListener, Stored {
    /** Where the exchange stands; each state says what it waits for. */
    private enum State {
        NEW,
        /** For something outside that the gate asked. */
        JUDGING,
        /** For the intent to be stored. */
        INTENT,
        /** For the upstream's answer. */
        FORWARDED,
        /** For the gateway's own answer: the body of the request, then the work. */
        HANDLING,
        /** For the outcome to be stored; the answer's head is held back. */
        OUTCOME,
        /** For the rest of the answer, or of the tunnel. */
        STREAMING,
        DONE
    }

    /** The status in records and metrics of an answer that nobody waited for, as others write it too. */
    private static final int CLIENT_GONE = 499;

    private static final Refusal AUDIT_UNAVAILABLE =
            new Refusal(RefusalCode.AUDIT_UNAVAILABLE, RefusalCode.AUDIT_UNAVAILABLE.title());

    private final Loop loop;
    private final ClientStream client;
    private final ExchangeRecords records;
    private State state = State.NEW;
    private @Nullable RequestHead request;
    private @Nullable Verdict verdict;
    private final Draft draft;
    private final Onward upstream;
    private @Nullable Held heldRequest; // made when something has to wait, which is seldom; so is the other
    private @Nullable Held heldAnswer;
    private boolean refusing;
    private boolean intentStored;
    private @Nullable Refusal requestBroken;
    private @Nullable LocalBody localBody;
    private long requestBytes;
    private long answerBytes;
    private boolean requestEnded;
    private boolean progressed;
    private boolean streamedOn;
    private long sessionEndNanos;
    private long judgedByNanos;

    Exchange(Loop loop, Session session, ClientStream client) {
        this.loop = loop;
        this.client = client;
        this.records = new ExchangeRecords(loop, session);
        this.draft = new Draft(loop, records.requestId());
        this.upstream = new Onward(loop);
    }

    // ---- the way of a request

    /** Takes a request in. The last handler of bugs: what throws in here is answered with 500, and nothing was forwarded unjudged. */
    @Override
    public void begin(RequestHead head) {
        request = head;
        requestEnded = !head.hasBody();
        records.begin(head);
        loop.deadlines().add(this);
        try {
            judge(head);
        } catch (RuntimeException bug) {
            onBug(bug);
        }
    }

    /** Takes in a request of which there is no head, as the parser refused it. */
    @Override
    public void beginRefused(Refusal refusal) {
        requestEnded = true;
        loop.deadlines().add(this);
        refuse(new Verdict.Refuse(refusal, Gate.ANONYMOUS, refusal.code().code(), null, null, 0, ""));
    }

    private void judge(RequestHead head) {
        take(loop.gate().judge(records.caller(), head), head);
    }

    private void take(Verdict judged, RequestHead head) {
        state = State.NEW;
        verdict = judged;
        records.judged(judged);
        switch (judged) {
            case Verdict.Refuse refuse -> refuse(refuse);
            case Verdict.Preflight ignored -> {
                draft.ofPreflight(judged, head);
                sendAnswer();
            }
            case Verdict.AnswerAnyone(var endpoint) -> {
                draft.ofGateway(loop.open(endpoint, head), judged, head);
                sendAnswer();
            }
            case Verdict.Wait wait -> awaitVerdict(wait);
            case Verdict.Answer ignored -> storeIntent();
            case Verdict.Forward forward -> {
                if (head.bodyLength() > forward.route().bodyLimit()) {
                    refuse(records.tooLarge(forward));
                } else if (forward.route().strictness().wantsMore(loop.roomForAudit())) {
                    refuse(records.noRoom(forward, AUDIT_UNAVAILABLE));
                } else {
                    storeIntent();
                }
            }
        }
    }

    /** Waits for what the gate asked outside; the request's body waits, too. */
    private void awaitVerdict(Verdict.Wait wait) {
        state = State.JUDGING;
        if (judgedByNanos == 0) {
            judgedByNanos = loop.deadlines().in(loop.timeouts().requestNanos());
        }
        expireAt(judgedByNanos);
        client.pauseReading();
        wait.until().whenComplete((done, failure) -> loop.eventLoop().execute(() -> onAsked(wait)));
    }

    @SuppressWarnings("ReferenceEquality") // is it this wait, not one like it
    private void onAsked(Verdict.Wait wait) {
        if (state != State.JUDGING || verdict != wait) {
            return; // the client left meanwhile, or it took too long
        }
        expireAt(NEVER);
        client.resumeReading();
        try {
            take(wait.then().get(), request());
        } catch (RuntimeException bug) {
            onBug(bug);
        }
    }

    private void storeIntent() {
        state = State.INTENT;
        loop.audit().append(records.intent(), records.atLeast(), this);
        if (state == State.INTENT) {
            client.pauseReading();
        }
    }

    @Override
    public void stored(long seq) {
        if (loop.eventLoop().inEventLoop()) {
            onStored();
        } else {
            loop.eventLoop().execute(this::onStored);
        }
    }

    @Override
    public void unavailable(AuditUnavailable why) {
        if (loop.eventLoop().inEventLoop()) {
            onUnavailable(why);
        } else {
            loop.eventLoop().execute(() -> onUnavailable(why));
        }
    }

    private void onStored() {
        try {
            goOn();
        } catch (RuntimeException bug) {
            onBug(bug);
        }
    }

    private void goOn() {
        switch (state) {
            case INTENT -> {
                intentStored = true;
                state = State.HANDLING;
                Refusal broken = requestBroken;
                if (broken == null) {
                    act();
                } else {
                    giveUp(broken);
                }
            }
            case OUTCOME -> sendAnswer();
            default -> {} // the client left while the record was being stored
        }
    }

    private void onBug(RuntimeException bug) {
        loop.failures().onBug(records.requestId(), bug);
        giveUp(new Refusal(RefusalCode.INTERNAL, "the request was not carried out; see the gateway's log"));
    }

    /** Nothing is allowed without a record: what would have been answered is not, whatever it was. */
    private void onUnavailable(AuditUnavailable why) {
        loop.metrics().onAuditUnavailable(why);
        if (state == State.INTENT || state == State.OUTCOME) {
            stopUpstream();
            draft.problem(AUDIT_UNAVAILABLE, null, request);
            sendAnswer();
        }
    }

    private void act() {
        switch (verdict) {
            case Verdict.Forward forward -> forward(forward);
            case Verdict.Answer ignored -> handle();
            case null, default -> throw new IllegalStateException("an intent without a permit");
        }
    }

    private void forward(Verdict.Forward forward) {
        RequestHead head = request();
        state = State.FORWARDED;
        expireAt(loop.deadlines().in(forward.route().timeoutNanos()));
        upstream.open(forward, head, records.facts(forward, head), this);
        askForBody();
        tellHeldRequest();
        upstream.flush();
        regulateClient();
    }

    /** A client that waits for it is told to send its body, now that the body is wanted. */
    private void askForBody() {
        if (request().expectsContinue() && !requestEnded) {
            client.inform(Answers.CONTINUE);
            client.flush();
        }
    }

    // ---- the request's body

    @Override
    public void onRequestData(ByteBuf data, boolean last) {
        requestBytes += data.readableBytes();
        requestEnded |= last;
        progressed = true;
        requestData(data, last);
    }

    private void requestData(ByteBuf data, boolean last) {
        switch (state) {
            case JUDGING, INTENT -> heldRequest().data(data, last);
            case FORWARDED, OUTCOME, STREAMING -> pass(data, last);
            case HANDLING -> collect(data, last);
            case NEW, DONE -> data.release();
        }
    }

    private void pass(ByteBuf data, boolean last) {
        if (isOverBodyLimit()) {
            data.release();
            giveUp(Answers.tooLarge(bodyLimit()));
        } else {
            upstream.data(data, last);
            if (!upstream.isWritable()) {
                upstream.flush(); // the socket may well take it
            }
            regulateClient();
        }
    }

    private boolean isOverBodyLimit() {
        return requestBytes > bodyLimit() && request().protocol() == null;
    }

    private long bodyLimit() {
        return verdict instanceof Verdict.Forward forward ? forward.route().bodyLimit() : LocalBody.LIMIT;
    }

    private void regulateClient() {
        if (upstream.isOpen() && !requestEnded && !upstream.isWritable()) {
            client.pauseReading();
        } else if (upstream.isOpen()) {
            client.resumeReading();
        }
    }

    @Override
    public void onRequestTrailers(HeaderBlock trailers) {
        requestEnded = true;
        requestTrailers(trailers);
    }

    private void requestTrailers(HeaderBlock trailers) {
        switch (state) {
            case JUDGING, INTENT -> heldRequest().trailers(trailers);
            case FORWARDED, OUTCOME, STREAMING -> upstream.trailers(trailers);
            case HANDLING -> collect(Unpooled.EMPTY_BUFFER, true);
            case NEW, DONE -> {}
        }
    }

    @Override
    public void onRequestRefused(Refusal refusal) {
        requestEnded = true;
        if (state != State.DONE) {
            giveUp(refusal);
        }
    }

    @Override
    public void onClientReadComplete() {
        upstream.flush();
    }

    @Override
    public void onUpstreamWritable() {
        progressed = true;
        regulateClient();
    }

    // ---- the upstream's answer

    @Override
    public void onInformation(ResponseHead head) {
        if (state == State.FORWARDED && head.status() != 100) {
            HeaderBlock block = loop.blocks().take();
            Hygiene.toClient(head, block);
            client.inform(new ResponseHead(head.status(), 0, block));
            client.flush();
            loop.blocks().give(block);
        }
    }

    @Override
    public void onResponse(ResponseHead head, boolean last) {
        if (state != State.FORWARDED) {
            return;
        }
        draft.ofUpstream(head, last, verdict, request);
        storeOutcome(Outcome.SUCCESS, null);
    }

    @Override
    public void onSwitched(ResponseHead head) {
        if (state == State.FORWARDED) {
            draft.ofSwitch(head, verdict, request);
            storeOutcome(Outcome.SUCCESS, null);
        }
    }

    private void storeOutcome(Outcome outcome, @Nullable String code) {
        state = State.OUTCOME;
        loop.audit()
                .append(records.outcome(draft.head().status(), outcome, code, requestBytes), records.atLeast(), this);
        if (state == State.OUTCOME) {
            upstream.pauseReading();
        }
    }

    private void sendAnswer() {
        ResponseHead head = draft.head();
        loop.metrics().onAnswer(records.rule(), head.status(), records.elapsedNanos());
        if (draft.isWhole()) {
            ByteBuf body = draft.takeBody();
            answerBytes = body.readableBytes();
            complete();
            client.respond(head, body);
            finish();
        } else {
            state = State.STREAMING;
            watchStream();
            if (draft.isSwitching()) {
                streamedOn = true;
                client.switchProtocols(head);
                client.flush();
            } else {
                client.respond(head);
            }
            resumeUpstream();
        }
    }

    private void resumeUpstream() {
        boolean waited = tellHeldAnswer();
        if (waited && state == State.STREAMING) {
            client.flush();
            streamedOn = true;
        }
        if (state == State.STREAMING) {
            upstream.resumeReading();
        }
    }

    @Override
    public void onResponseData(ByteBuf data, boolean last) {
        progressed = true;
        switch (state) {
            case OUTCOME -> heldAnswer().data(data, last);
            case STREAMING -> relay(data, last);
            default -> data.release();
        }
    }

    private void relay(ByteBuf data, boolean last) {
        answerBytes += data.readableBytes();
        if (last) {
            complete();
            client.data(data, true);
            finish();
            return;
        }
        client.data(data, false);
        if (!client.isWritable()) {
            client.flush(); // the socket may well take it
            if (!client.isWritable()) {
                upstream.pauseReading();
            }
        }
    }

    @Override
    public void onResponseTrailers(HeaderBlock trailers) {
        if (state == State.OUTCOME) {
            heldAnswer().trailers(trailers);
        } else if (state == State.STREAMING) {
            complete();
            client.trailers(trailers);
            finish();
        }
    }

    @Override
    public void onUpstreamReadComplete() {
        if (state == State.STREAMING) {
            streamedOn = true;
            client.flush();
        }
    }

    @Override
    public void onClientWritable() {
        progressed = true;
        if (state == State.STREAMING) {
            upstream.resumeReading();
        }
    }

    @Override
    public void onUpstreamFailure(UpstreamFailure failure) {
        upstream.ended();
        records.failed(failure.detail());
        giveUp(new Refusal(failure.code(), failure.code().title()));
    }

    // ---- the gateway's own answers

    private void handle() {
        state = State.HANDLING;
        expireAt(loop.deadlines().in(loop.timeouts().requestNanos()));
        localBody = new LocalBody();
        askForBody();
        client.resumeReading();
        boolean waited = tellHeldRequest();
        if (requestEnded && !waited) {
            handleWhole();
        }
    }

    private void collect(ByteBuf data, boolean last) {
        LocalBody body = localBody;
        if (body == null || !body.add(data)) {
            giveUp(Answers.tooLarge(LocalBody.LIMIT));
        } else if (last) {
            handleWhole();
        }
    }

    private void handleWhole() {
        LocalBody body = localBody;
        localBody = null;
        if (body == null || !(verdict instanceof Verdict.Answer own)) {
            return;
        }
        Call call = body.asCall(own, request(), records.from());
        loop.management().handle(call, done -> loop.eventLoop().execute(() -> onHandled(done)));
    }

    private void onHandled(LocalAnswer done) {
        if (state != State.HANDLING) {
            records.handledLate(done).ifPresent(record -> loop.audit().append(record, loop.unheard()));
            return;
        }
        records.handled(done.event());
        Refusal refusal = done.refusal();
        if (refusal == null) {
            draft.ofGateway(done, verdict, request);
            if (done.parts() != null) {
                upstream.open(done.parts(), this);
            }
            storeOutcome(ExchangeRecords.outcomeOf(done), null);
        } else {
            loop.metrics().onRefusal(refusal.code());
            draft.problem(refusal, verdict, request);
            storeOutcome(ExchangeRecords.outcomeOf(done), refusal.code().code());
        }
    }

    // ---- refusing and giving up

    /** A refusal by verdict: nothing was stored before and nothing is forwarded. It is recorded, or counted where a flood repeats it. */
    private void refuse(Verdict.Refuse refuse) {
        refusing = true;
        verdict = refuse;
        Held.drop(heldRequest);
        records.judged(refuse);
        loop.metrics().onRefusal(refuse.refusal().code());
        draft.problem(refuse.refusal(), refuse, request);
        AuditRecord record = records.refusal(refuse);
        if (record == null) {
            if (loop.audit().unavailable().isPresent()) {
                draft.problem(AUDIT_UNAVAILABLE, null, request);
            }
            sendAnswer();
        } else {
            state = State.OUTCOME;
            loop.audit().append(record, this);
        }
    }

    /** Ends the exchange for a reason that came up on the way: with an answer while there can be one, else by breaking off. */
    private void giveUp(Refusal refusal) {
        stopUpstream();
        switch (state) {
            case NEW, JUDGING ->
                refuse(new Verdict.Refuse(
                        refusal, records.actor(), refusal.code().code(), null, null, 0, ""));
            case INTENT -> requestBroken = refusal; // told once the intent is stored
            case FORWARDED, HANDLING -> {
                loop.metrics().onRefusal(refusal.code());
                draft.problem(refusal, verdict, request);
                storeOutcome(
                        refusal.status() < 500 ? Outcome.FAILURE : Outcome.ERROR,
                        refusal.code().code());
            }
            case OUTCOME -> {
                // The outcome of an answer that will never come is being stored; that the answer broke off goes behind
                // it.
                streamedOn = true;
                breakOff(refusal.code().code());
            }
            case STREAMING -> breakOff(refusal.code().code());
            case DONE -> {}
        }
    }

    private void breakOff(String how) {
        records.brokeOff(how);
        streamedOn = true;
        complete();
        client.abort();
        finish();
    }

    @Override
    public void onClientGone() {
        stopUpstream();
        if (state == State.DONE) {
            return;
        }
        if (state == State.STREAMING || state == State.OUTCOME) {
            records.brokeOff("client_gone");
            streamedOn = true;
        } else if ((intentStored || state == State.INTENT)) {
            loop.metrics().onAnswer(records.rule(), CLIENT_GONE, records.elapsedNanos());
            loop.audit()
                    .append(records.outcome(CLIENT_GONE, Outcome.FAILURE, "client_gone", requestBytes), loop.unheard());
        }
        complete();
        finish();
    }

    /** The gateway stops and has waited long enough: what is not answered yet gets a refusal, what streams ends here. */
    @Override
    public void cutOff() {
        giveUp(new Refusal(RefusalCode.DRAINING, RefusalCode.DRAINING.title()));
        client.flush();
    }

    // ---- time

    @Override
    void onDeadline(long nowNanos) {
        boolean moved = progressed;
        progressed = false;
        switch (state) {
            case FORWARDED -> {
                if (moved && !requestEnded) {
                    expireAt(nowNanos + routeTimeout());
                } else {
                    onNoAnswer();
                }
            }
            case JUDGING -> onWaitedInVain();
            case HANDLING -> giveUp(new Refusal(RefusalCode.REQUEST_TIMEOUT, "the request was not complete in time"));
            case STREAMING -> {
                if (moved) {
                    watchStream();
                } else {
                    stopUpstream();
                    breakOff("idle_timeout");
                }
            }
            default -> {}
        }
    }

    /** Without an answer, the gate refuses. */
    private void onWaitedInVain() {
        if (verdict instanceof Verdict.Wait wait) {
            onAsked(wait);
        }
    }

    /** Time is up: the client's fault where it has still to send and may, else the upstream's, which is held against that. */
    private void onNoAnswer() {
        if (!requestEnded && upstream.isWritable()) {
            giveUp(new Refusal(RefusalCode.REQUEST_TIMEOUT, "the request was not complete in time"));
        } else {
            upstream.timeOut();
            giveUp(new Refusal(RefusalCode.UPSTREAM_TIMEOUT, RefusalCode.UPSTREAM_TIMEOUT.title()));
        }
    }

    private long routeTimeout() {
        return verdict instanceof Verdict.Forward forward
                ? forward.route().timeoutNanos()
                : loop.timeouts().idleNanos();
    }

    private void watchStream() {
        if (sessionEndNanos == 0) {
            sessionEndNanos = loop.deadlines().in(loop.timeouts().sessionNanos());
        }
        expireAt(loop.deadlines().in(loop.timeouts().idleNanos()));
    }

    /** A stream lives no longer than its session, its credential and the rule that allowed it. */
    @Override
    void onSweep(long nowNanos) {
        if (state != State.STREAMING) {
            return;
        }
        String ended = nowNanos - sessionEndNanos > 0 ? "session_timeout" : whyNoLonger();
        if (ended != null) {
            stopUpstream();
            breakOff(ended);
        }
    }

    private @Nullable String whyNoLonger() {
        return switch (verdict) {
            case Verdict.Forward forward -> loop.gate().whyNoLonger(records.caller(), request(), forward);
            case Verdict.Answer answer -> loop.gate().whyNoLonger(records.caller(), request(), answer);
            case null, default -> null;
        };
    }

    // ---- ends

    /** Whether nobody outside was asked, who might still be looking at the request's fields. */
    boolean wasJudgedHere() {
        return judgedByNanos == 0;
    }

    @Override
    public boolean isAnswering() {
        return state == State.STREAMING || state == State.DONE;
    }

    /** All that is to be written down; what the client is still sent follows, as it may begin the next exchange. */
    private void complete() {
        if (state != State.DONE) {
            state = State.DONE;
            loop.deadlines().remove(this);
            if (streamedOn && !refusing) {
                loop.audit().append(records.end(requestBytes, answerBytes), loop.unheard());
            }
        }
    }

    /** The answer is whole; where the request is not, or both are a tunnel, the upstream has no use for the rest. */
    private void finish() {
        client.flush();
        if (!requestEnded || draft.isSwitching()) {
            stopUpstream();
        }
        upstream.release();
        draft.release();
    }

    private void stopUpstream() {
        upstream.cancel();
        Held.drop(heldRequest);
        Held.drop(heldAnswer);
    }

    private Held heldRequest() {
        Held held = heldRequest == null ? new Held() : heldRequest;
        heldRequest = held;
        return held;
    }

    private Held heldAnswer() {
        Held held = heldAnswer == null ? new Held() : heldAnswer;
        heldAnswer = held;
        return held;
    }

    /** Goes on with what waited; returns whether anything did. */
    private boolean tellHeldRequest() {
        Held held = heldRequest;
        return held != null && held.tell(this::requestData, this::requestTrailers);
    }

    private boolean tellHeldAnswer() {
        Held held = heldAnswer;
        return held != null && held.tell(this::onResponseData, this::onResponseTrailers);
    }

    private RequestHead request() {
        RequestHead current = request;
        if (current == null) {
            throw new IllegalStateException("no request in state " + state);
        }
        return current;
    }
}
