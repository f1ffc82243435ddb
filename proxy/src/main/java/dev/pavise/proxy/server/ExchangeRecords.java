package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.RefusalRollup;
import dev.pavise.policy.Deny;
import dev.pavise.policy.Permit;
import dev.pavise.policy.Subject;
import dev.pavise.proxy.gate.Caller;
import dev.pavise.proxy.gate.Gate;
import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.ForwardFacts;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.management.Call;
import dev.pavise.proxy.management.LocalAnswer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is written down of one exchange. The path goes in without its query, which may hold a secret; that and headers only where the configuration wants them. */
final class ExchangeRecords {
    private static final String ACTION = "api.request";

    private final Loop loop;
    private final Session session;
    private final String requestId;
    private final long startNanos;
    private String actor = Gate.ANONYMOUS;
    private String action = ACTION;
    private @Nullable String named; // what it is about, where that is not the path
    private @Nullable RequestHead head;
    private @Nullable Verdict verdict;
    private String ip;
    private @Nullable String traceId;
    private RecordedParts parts = RecordedParts.nothing();
    private @Nullable String rule;
    private @Nullable String keyId; // of a name there are two while it is rotated
    private @Nullable String permission;
    private List<String> actors = List.of();
    private @Nullable Deny overruled;
    private @Nullable String failure;
    private @Nullable String brokenOff;
    private LocalAnswer.@Nullable Event event;
    private LocalAnswer.@Nullable Parts streamed;
    private Durability atLeast = Durability.PROCESS;

    ExchangeRecords(Loop loop, Session session) {
        this.loop = loop;
        this.session = session;
        this.requestId = loop.requestIds().next();
        this.startNanos = loop.deadlines().now();
        this.ip = session.caller().addressText();
    }

    void begin(RequestHead asked) {
        session.asked();
        head = asked;
        parts = RecordedParts.of(asked, loop.recorded());
        ip = loop.gate().addressOf(caller(), asked);
        traceId = Traces.idOf(asked.headers().first(HeaderName.TRACEPARENT));
    }

    void judged(Verdict judged) {
        verdict = judged;
        actor = judged.actor();
        switch (judged) {
            case Verdict.Forward forward -> {
                atLeast = forward.route().strictness().atLeast();
                keyId = keyId(forward.permit());
                rule = forward.permit().rule().name();
                permission = forward.permit().neededText();
                actors = forward.permit().principal().actors();
                overruled = forward.permit().overruled().orElse(null);
                countOverruled();
            }
            case Verdict.Answer own -> {
                keyId = keyId(own.permit());
                rule = own.permit().rule().name();
                permission = own.permit().neededText();
                actors = own.permit().principal().actors();
                action = own.endpoint().action();
                named = loop.management().resource(own.endpoint(), own.variable());
            }
            case Verdict.AnswerAnyone(var endpoint) -> rule = endpoint.ruleName();
            case Verdict.Preflight ignored -> rule = "preflight";
            case Verdict.Wait ignored -> {}
            case Verdict.Refuse refuse -> {
                rule = refuse.rule();
                actors = refuse.actors();
            }
        }
        if (session.isNew(actor) && !(judged instanceof Verdict.Wait) && !actor.equals(Gate.ANONYMOUS)) {
            session.proved(new Session.Proof(actor, ip, requestId, keyId, actors));
        }
    }

    private static @Nullable String keyId(Permit permit) {
        return permit.principal().subject() instanceof Subject.ApiKey key ? key.keyId() : null;
    }

    String requestId() {
        return requestId;
    }

    /** What is carried out; null where the parser refused it. */
    @Nullable
    RequestHead head() {
        return head;
    }

    RequestHead request() {
        RequestHead asked = head;
        if (asked == null) {
            throw new IllegalStateException("nothing is known of the request " + requestId);
        }
        return asked;
    }

    /** What the gate, or the exchange after it, said last; null before. */
    @Nullable
    Verdict verdict() {
        return verdict;
    }

    /** What leads from an event to this request. */
    Call.From from() {
        return new Call.From(ip, caller().sessionId(), requestId, traceId);
    }

    Caller caller() {
        return session.caller();
    }

    String actor() {
        return actor;
    }

    /** What intent and outcome must survive before the request goes on, by its route. */
    Durability atLeast() {
        return atLeast;
    }

    /** The rule that decided, for metrics: a route, a management path, or {@code none}. */
    String rule() {
        return rule == null ? "none" : rule;
    }

    long elapsedNanos() {
        return loop.deadlines().now() - startNanos;
    }

    /** What came in the way, as the operator may know it. */
    void failed(String detail) {
        failure = detail;
    }

    /** What the gateway itself did, if it did something worth an event of its own. */
    void handled(LocalAnswer.@Nullable Event done) {
        event = done;
    }

    /** What goes out part by part, and says at its end what came of it. */
    void streaming(LocalAnswer.Parts begun) {
        streamed = begun;
    }

    /** What the gateway did all the same for a client that did not wait for it, or got no answer in time: its request has an outcome already. */
    Optional<AuditRecord> handledLate(LocalAnswer done) {
        LocalAnswer.Event late = done.event();
        if (late == null) {
            return Optional.empty();
        }
        AuditRecord.Builder record = base(Phase.EVENT).eventType(late.type()).outcome(outcomeOf(done));
        late.metadata().forEach(record::metadata);
        return Optional.of(record.build());
    }

    static Outcome outcomeOf(LocalAnswer done) {
        LocalAnswer.Event said = done.event();
        if (said != null && said.outcome() != null) {
            return said.outcome();
        }
        if (done.status() < 400) {
            return Outcome.SUCCESS;
        }
        if (done.status() == RefusalCode.FORBIDDEN.status()) {
            return Outcome.DENIED;
        }
        return done.status() < 500 ? Outcome.FAILURE : Outcome.ERROR;
    }

    void brokeOff(String how) {
        brokenOff = how;
    }

    AuditRecord intent() {
        AuditRecord.Builder record = loop.pairs().add(parts.in(base(Phase.INTENT)), "permission", permission);
        Deny denied = overruled;
        if (denied != null) {
            record.metadata("would_deny", denied.cause().code())
                    .metadata("detail", denied.detail().isEmpty() ? denied.reason() : denied.detail());
        }
        return record.build();
    }

    private void countOverruled() {
        Deny denied = overruled;
        if (denied != null) {
            loop.metrics().onWouldDeny(denied.rule().name(), denied.cause().code());
        }
    }

    AuditRecord outcome(int status, Outcome outcome, @Nullable String code, long requestBytes) {
        AuditRecord.Builder record = base(Phase.OUTCOME).outcome(outcome).concluding();
        if (event != null) {
            record.eventType(event.type());
            event.metadata().forEach(record::metadata);
        }
        loop.pairs()
                .add(record, "status", status)
                .metadata("code", code)
                .metadata(
                        "would_deny",
                        overruled == null ? null : overruled.cause().code())
                .metadata("failure", failure);
        return loop.pairs()
                .add(record, "request_bytes", requestBytes)
                .metadata("duration_us", elapsedNanos() / 1000)
                .build();
    }

    AuditRecord end(long requestBytes, long answerBytes) {
        AuditRecord.Builder record =
                base(Phase.END).concluding().outcome(brokenOff == null ? Outcome.SUCCESS : Outcome.FAILURE);
        LocalAnswer.Event last = streamed == null ? null : streamed.ended().orElse(null);
        if (last != null) {
            record.eventType(last.type());
            last.metadata().forEach(record::metadata);
            if (last.outcome() != null) {
                record.outcome(last.outcome());
            }
        }
        return record.metadata("ended", brokenOff == null ? "complete" : brokenOff)
                .metadata("failure", failure)
                .metadata("request_bytes", requestBytes)
                .metadata("response_bytes", answerBytes)
                .metadata("duration_us", elapsedNanos() / 1000)
                .build();
    }

    /** The record of a refusal, or null where a flood of the same is counted instead. */
    @Nullable
    AuditRecord refusal(Verdict.Refuse refuse) {
        RefusalCode code = refuse.refusal().code();
        String origin = refuse.actor().equals(Gate.ANONYMOUS) ? ip : refuse.actor();
        if (loop.rollup().judge(refuse.reason(), origin) == RefusalRollup.Verdict.COUNTED) {
            return null;
        }
        return parts.in(base(Phase.OUTCOME))
                .eventType(code == RefusalCode.UNAUTHENTICATED ? EventType.LOGIN_FAILURE : EventType.ACCESS_DENIED)
                .outcome(Outcome.DENIED)
                .metadata("status", code.status())
                .metadata("code", code.code())
                .metadata("reason", refuse.reason())
                .metadata("detail", refuse.detail().isEmpty() ? null : refuse.detail())
                .build();
    }

    ForwardFacts facts(Verdict.Forward forward, RequestHead request) {
        return new ForwardFacts(
                requestId,
                forward.actor(),
                loop.gate().forwardedFor(caller(), request),
                request.scheme(),
                request.authority(),
                caller().certificateName(),
                forward.route().passCredential());
    }

    private String resource(@Nullable RequestHead asked) {
        if (named != null) {
            return named;
        }
        return asked == null ? "-" : asked.path();
    }

    private AuditRecord.Builder base(Phase phase) {
        RequestHead asked = head;
        AuditRecord.Builder record = loop.record(phase, actor, action, resource(asked))
                .ip(ip)
                .sessionId(caller().sessionId())
                .requestId(requestId)
                .traceId(traceId);
        Pairs pairs = loop.pairs();
        pairs.add(record, "method", asked == null ? "" : asked.method());
        pairs.add(record, "host", asked == null ? "" : asked.host());
        pairs.add(record, "rule", rule);
        pairs.add(record, "key_id", keyId);
        return actors.isEmpty() ? record : record.metadata("act", actors);
    }
}
