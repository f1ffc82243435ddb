package dev.pavise.proxy.server;

import dev.pavise.policy.limit.Admission;
import dev.pavise.proxy.gate.Verdict;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.Problem;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import dev.pavise.proxy.management.LocalAnswer;
import org.jspecify.annotations.Nullable;

/** The heads of the gateway's own answers, and what it adds to those of upstreams. */
final class Answers {
    /** Tells a client that waits for it to send its body. */
    static final ResponseHead CONTINUE = new ResponseHead(100, 0, new HeaderBlock());

    private Answers() {}

    static ResponseHead problem(Refusal refusal, Verdict.@Nullable Refuse verdict, int length, HeaderBlock into) {
        into.add(HeaderName.CONTENT_TYPE, Problem.CONTENT_TYPE);
        into.add(HeaderName.CONTENT_LENGTH, Integer.toString(length));
        into.add(HeaderName.CACHE_CONTROL, "no-store");
        if (verdict != null && verdict.retryAfterSeconds() > 0) {
            into.add(HeaderName.RETRY_AFTER, Long.toString(verdict.retryAfterSeconds()));
        } else if (comesBack(refusal.code())) {
            into.add(HeaderName.RETRY_AFTER, "1");
        }
        return new ResponseHead(refusal.status(), length, into);
    }

    /** Whether trying again soon is likely to help. */
    private static boolean comesBack(RefusalCode code) {
        return code == RefusalCode.AUDIT_UNAVAILABLE
                || code == RefusalCode.UPSTREAM_BUSY
                || code == RefusalCode.RUNNER_BUSY;
    }

    static ResponseHead local(LocalAnswer answer, HeaderBlock into) {
        into.add(HeaderName.CONTENT_TYPE, answer.contentType());
        into.add(HeaderName.CACHE_CONTROL, "no-store");
        if (answer.parts() != null) {
            return new ResponseHead(answer.status(), RequestHead.UNKNOWN_LENGTH, into);
        }
        into.add(HeaderName.CONTENT_LENGTH, Integer.toString(answer.body().length));
        return new ResponseHead(answer.status(), answer.body().length, into);
    }

    /** Allows a browser of a listed origin to send any method and field: what it may do is decided when it does it. */
    static ResponseHead preflight(RequestHead request, HeaderBlock into) {
        into.add("access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
        for (int i = 0; i < request.headers().size(); i++) {
            if (request.headers().nameText(i).equals("access-control-request-headers")) {
                into.add("access-control-allow-headers", request.headers().value(i));
            }
        }
        into.add("access-control-max-age", "600");
        return new ResponseHead(204, 0, into);
    }

    /** Adds what each answer carries: the request's id, what is left of the limits, and CORS for a listed origin. */
    static void addOwn(
            HeaderBlock headers, String requestId, @Nullable Verdict verdict, @Nullable RequestHead request) {
        headers.set(HeaderName.X_REQUEST_ID, requestId);
        switch (verdict) {
            case Verdict.Forward forward ->
                addLimits(headers, forward.ofKey(), forward.ofPrincipal(), forward.ofRoute());
            case Verdict.Refuse refuse -> addLimits(headers, refuse.limit(), null, null);
            case null, default -> {}
        }
        boolean misplaced = verdict instanceof Verdict.Refuse refuse
                && (refuse.refusal().code() == RefusalCode.ORIGIN_NOT_ALLOWED
                        || refuse.refusal().code() == RefusalCode.MISDIRECTED);
        if (request != null && !misplaced) {
            addOrigin(headers, request);
        }
    }

    private static void addLimits(
            HeaderBlock headers, @Nullable Admission one, @Nullable Admission other, @Nullable Admission third) {
        String states = joined(joined(state(one), state(other)), state(third));
        String policies = joined(joined(policy(one), policy(other)), policy(third));
        if (states != null && policies != null) {
            headers.set(HeaderName.RATELIMIT, states);
            headers.set(HeaderName.RATELIMIT_POLICY, policies);
        }
    }

    private static @Nullable String state(@Nullable Admission limit) {
        return limit == null ? null : limit.header();
    }

    private static @Nullable String policy(@Nullable Admission limit) {
        return limit == null ? null : limit.limiter().policyHeader();
    }

    /** Both in one field; mostly there is but one. */
    private static @Nullable String joined(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one + ", " + other;
    }

    private static void addOrigin(HeaderBlock headers, RequestHead request) {
        int origin = request.headers().indexOf(HeaderName.ORIGIN, 0);
        if (origin < 0) {
            return;
        }
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.nameText(i).equals("access-control-allow-origin")) {
                headers.remove(i);
            }
        }
        headers.add("access-control-allow-origin", request.headers().value(origin));
        headers.add(HeaderName.VARY, "origin");
    }

    static Refusal tooLarge(long limit) {
        return new Refusal(
                RefusalCode.BODY_TOO_LARGE, "the body is larger than the " + limit + " bytes that are taken here");
    }
}
