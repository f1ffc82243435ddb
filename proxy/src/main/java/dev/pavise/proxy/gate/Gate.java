package dev.pavise.proxy.gate;

import dev.pavise.policy.Facts;
import dev.pavise.policy.Principal;
import dev.pavise.policy.identity.Identity;
import dev.pavise.policy.identity.UnprovenReason;
import dev.pavise.policy.route.RouteLookup;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to one request, in this order: names, identity, route, permission, limit. Touches no socket and no thread; its clock is
 * given to it.
 *
 * <p>Guarantees that nothing is forwarded or handled without a proven identity and a permit (promises P1, P2), save the words of health and the
 * answer to a preflight. One immutable snapshot is used for the whole of a request.
 */
public final class Gate {
    /** The actor of requests whose identity was not proven. */
    public static final String ANONYMOUS = "anonymous";

    private final CurrentSnapshot current;
    private final InstantSource clock;

    public Gate(CurrentSnapshot current, InstantSource clock) {
        this.current = current;
        this.clock = clock;
    }

    public Snapshot snapshot() {
        return current.get();
    }

    public Verdict judge(Caller caller, RequestHead head) {
        return judge(caller, head, Waited.FOR_NOTHING);
    }

    Verdict judge(Caller caller, RequestHead head, Waited waited) {
        Snapshot now = current.get();
        Endpoint own = Endpoint.at(head.method(), head.path());
        if (own != null && own.isOpen() && own.takes(head.method())) {
            return new Verdict.AnswerAnyone(own);
        }
        Verdict misplaced = checkNames(now, caller, head);
        if (misplaced != null) {
            return misplaced;
        }
        return switch (identify(now, caller, head, !waited.forKeys())) {
            case Found.Spoiled(String reason) ->
                refuse(
                        RefusalCode.REVOKED_CERTIFICATE,
                        RefusalCode.REVOKED_CERTIFICATE.title(),
                        ANONYMOUS,
                        reason,
                        null);
            case Found.Known(Identity.Proven(Principal who)) ->
                Authorization.recordingActors(authorize(now, caller, head, own, who, waited), who);
            case Found.Known(Identity.Unsettled(CompletionStage<?> until)) ->
                new Verdict.Wait(ANONYMOUS, until, () -> judge(caller, head, waited.andForKeys()));
            case Found.Known(Identity.Unproven(UnprovenReason reason, String part)) -> unauthenticated(reason, part);
            case Found.Known(Identity.Ambiguous(String reason)) ->
                refuse(RefusalCode.AMBIGUOUS_CREDENTIALS, reason, ANONYMOUS, "ambiguous_credentials", null);
            case Found.Known(Identity.Throttled(long retryAfterSeconds)) ->
                new Verdict.Refuse(
                        new Refusal(
                                RefusalCode.TOO_MANY_REFUSED_CREDENTIALS,
                                RefusalCode.TOO_MANY_REFUSED_CREDENTIALS.title()),
                        ANONYMOUS,
                        RefusalCode.TOO_MANY_REFUSED_CREDENTIALS.code(),
                        null,
                        null,
                        retryAfterSeconds,
                        "");
        };
    }

    private Verdict authorize(
            Snapshot now, Caller caller, RequestHead head, @Nullable Endpoint own, Principal who, Waited waited) {
        if (own != null && caller.door().has(own)) {
            return Authorization.ofEndpoint(now, head, who, own);
        }
        if (!caller.door().hasRoutes()) {
            return refuse(RefusalCode.NOT_FOUND, RefusalCode.NOT_FOUND.title(), who.id(), "not_found", null);
        }
        return Authorization.ofRoute(now, head, who, this, caller, waited);
    }

    /** What conditions and decision points outside can see of a request; only asked for rules that look. */
    Facts facts(Snapshot now, Caller caller, RequestHead head, RouteLookup.Found<Route> found) {
        return new RequestFacts(head, found, address(now, caller, head).getHostAddress(), clock.instant());
    }

    // ---- names (promise P11)

    private static @Nullable Verdict checkNames(Snapshot now, Caller caller, RequestHead head) {
        if (caller.door() != Door.METRICS && !now.hosts().allows(head.host())) {
            return refuse(
                    RefusalCode.MISDIRECTED,
                    "`" + head.host() + "` is not one of this gateway's hosts",
                    ANONYMOUS,
                    "misdirected",
                    null);
        }
        int origin = head.headers().indexOf(HeaderName.ORIGIN, 0);
        if (origin < 0) {
            return null;
        }
        boolean alone = head.headers().indexOf(HeaderName.ORIGIN, origin + 1) < 0;
        String value = head.headers().valueText(origin);
        if (!alone || !now.origins().contains(value)) {
            return refuse(
                    RefusalCode.ORIGIN_NOT_ALLOWED,
                    RefusalCode.ORIGIN_NOT_ALLOWED.title(),
                    ANONYMOUS,
                    "origin_not_allowed",
                    null);
        }
        boolean preflight =
                head.method().equals("OPTIONS") && FieldValues.has(head.headers(), "access-control-request-method");
        return preflight ? new Verdict.Preflight(value) : null;
    }

    // ---- identity

    /** What is known of the caller. A certificate that is no longer good spoils whatever stands beside it. */
    private sealed interface Found {
        record Known(Identity identity) implements Found {}

        record Spoiled(String reason) implements Found {}
    }

    private Found identify(Snapshot now, Caller caller, RequestHead head, boolean mayWait) {
        return switch (caller.certificate(now)) {
            case CertificateCheck.Finding.Bad(String reason) -> new Found.Spoiled(reason);
            case CertificateCheck.Finding.Good(String name) ->
                new Found.Known(identify(now, caller, head, name, mayWait));
            case CertificateCheck.Finding.None ignored -> new Found.Known(identify(now, caller, head, null, mayWait));
        };
    }

    private Identity identify(
            Snapshot now, Caller caller, RequestHead head, @Nullable String certificate, boolean mayWait) {
        HeaderBlock headers = head.headers();
        int bearer = headers.indexOf(HeaderName.AUTHORIZATION, 0);
        boolean alone = bearer >= 0 && Credentials.isOnly(headers, bearer);
        Identity.Proven known =
                alone ? caller.recall(now, clock.millis(), proven -> headers.valueEquals(bearer, proven)) : null;
        if (known != null) {
            return known;
        }
        Identity identity = now.identities()
                .identify(Credentials.presented(headers, certificate, address(now, caller, head)), mayWait);
        if (alone && identity instanceof Identity.Proven proven) {
            caller.remember(now, headers.valueText(bearer), proven);
        }
        return identity;
    }

    private static Verdict unauthenticated(UnprovenReason reason, String part) {
        return new Verdict.Refuse(
                new Refusal(RefusalCode.UNAUTHENTICATED, RefusalCode.UNAUTHENTICATED.title()),
                ANONYMOUS,
                reason.code(),
                null,
                null,
                0,
                part.isEmpty() ? "" : "`" + part + "` of the token");
    }

    // ---- streams under way

    /** Why a stream that was allowed may not go on, or null while it may. Asked often, so it begins with what is cheap. */
    @SuppressWarnings("ReferenceEquality") // is it this snapshot, not one like it
    public @Nullable String whyNoLonger(Caller caller, RequestHead head, Verdict.Forward allowed) {
        Instant expiry = allowed.permit().principal().expiry().orElse(null);
        if (expiry != null && clock.millis() >= expiry.toEpochMilli()) {
            return "credential_expired";
        }
        Snapshot now = current.get();
        if (now == allowed.snapshot()) {
            return null;
        }
        return stillAllowed(now, caller, head, allowed) ? null : "no_longer_allowed";
    }

    /** The same for an answer of the gateway itself that goes out part by part. */
    @SuppressWarnings("ReferenceEquality") // is it this snapshot, not one like it
    public @Nullable String whyNoLonger(Caller caller, RequestHead head, Verdict.Answer allowed) {
        Instant expiry = allowed.permit().principal().expiry().orElse(null);
        if (expiry != null && clock.millis() >= expiry.toEpochMilli()) {
            return "credential_expired";
        }
        Snapshot now = current.get();
        boolean may = now == allowed.snapshot()
                || (now.hosts().allows(head.host())
                        && identify(now, caller, head, false) instanceof Found.Known(Identity.Proven(Principal who))
                        && Authorization.mayStill(now, who, allowed));
        return may ? null : "no_longer_allowed";
    }

    private boolean stillAllowed(Snapshot now, Caller caller, RequestHead head, Verdict.Forward allowed) {
        return now.hosts().allows(head.host())
                && identify(now, caller, head, false) instanceof Found.Known(Identity.Proven(Principal who))
                && Authorization.stillHolds(now, head, who, allowed.route(), this, caller);
    }

    // ---- addresses

    /** The client's address for records: behind a listed proxy the one that it names, else the peer's. */
    public String addressOf(Caller caller, RequestHead head) {
        Snapshot now = current.get();
        return now.trustedProxies().isEmpty()
                ? caller.addressText()
                : address(now, caller, head).getHostAddress();
    }

    private static InetAddress address(Snapshot now, Caller caller, RequestHead head) {
        return ForwardedFor.client(caller.peer().address(), head.headers(), now.trustedProxies());
    }

    /** What an upstream is told under {@code x-forwarded-for}. */
    public String forwardedFor(Caller caller, RequestHead head) {
        Snapshot now = current.get();
        return now.trustedProxies().isEmpty()
                ? caller.addressText()
                : ForwardedFor.chain(caller.peer().address(), head.headers(), now.trustedProxies());
    }

    static Verdict refuse(RefusalCode code, String detail, String actor, String reason, @Nullable String rule) {
        return new Verdict.Refuse(new Refusal(code, detail), actor, reason, rule, null, 0, "");
    }
}
