package dev.pavise.proxy.gate;

import dev.pavise.policy.Decision;
import dev.pavise.policy.Deny;
import dev.pavise.policy.Facts;
import dev.pavise.policy.Pending;
import dev.pavise.policy.Permit;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Rule;
import dev.pavise.policy.limit.Admission;
import dev.pavise.policy.limit.Limiter;
import dev.pavise.policy.route.RouteLookup;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a proven caller may do, in this order: route, permission, condition, decision from outside, limit. */
public final class Authorization {
    private Authorization() {}

    /** The same verdict; where it refuses, it says who acts for the caller. A wait ends in another judgement, which says it then. */
    static Verdict recordingActors(Verdict verdict, Principal who) {
        return verdict instanceof Verdict.Refuse refuse && !who.actors().isEmpty() ? refuse.by(who.actors()) : verdict;
    }

    // ---- the gateway's own paths

    static Verdict ofEndpoint(Snapshot now, RequestHead head, Principal who, Endpoint own) {
        if (!own.takes(head.method())) {
            return Gate.refuse(
                    RefusalCode.METHOD_NOT_ALLOWED,
                    head.method() + " is not taken by `" + own.path() + "`",
                    who.id(),
                    "method_not_allowed",
                    own.ruleName());
        }
        Rule rule = own.rule(own.variable(head.path())).orElse(null);
        if (rule == null) {
            return new Verdict.AnswerAnyone(own);
        }
        return switch (now.policy().decide(who, rule, Facts.NONE)) {
            case Permit permit -> answer(now, own, head, permit);
            case Deny deny -> forbidden(deny, who);
            case Pending ignored -> throw new IllegalStateException("nobody outside decides on `" + own.path() + "`");
        };
    }

    private static Verdict answer(Snapshot now, Endpoint own, RequestHead head, Permit permit) {
        if (own.isLimited()) {
            if (ask(now.ofKey(permit.principal()), permit) instanceof Admission.Throttled throttled) {
                return limited(permit.principal(), permit.rule(), throttled);
            }
            if (ask(now.perPrincipal(), permit) instanceof Admission.Throttled throttled) {
                return limited(permit.principal(), permit.rule(), throttled);
            }
        }
        return new Verdict.Answer(own, own.variable(head.path()), permit, now);
    }

    /** Whether an endpoint would be answered, limits aside. */
    static boolean mayStill(Snapshot now, Principal who, Verdict.Answer allowed) {
        return now.policy().decide(who, allowed.permit().rule(), Facts.NONE) instanceof Permit;
    }

    // ---- routes

    static Verdict ofRoute(Snapshot now, RequestHead head, Principal who, Gate gate, Caller caller, Waited waited) {
        return switch (lookUp(now, head)) {
            case RouteLookup.Found<Route> found -> decide(now, head, who, found, gate, caller, waited);
            case RouteLookup.OtherMethods<Route>(var methods) ->
                Gate.refuse(
                        RefusalCode.NO_ROUTE,
                        "no route takes " + head.method() + " here, but " + String.join(", ", methods) + " would match",
                        who.id(),
                        "no_route",
                        null);
            case RouteLookup.NoRoute<Route> ignored ->
                Gate.refuse(RefusalCode.NO_ROUTE, RefusalCode.NO_ROUTE.title(), who.id(), "no_route", null);
        };
    }

    private static RouteLookup<Route> lookUp(Snapshot now, RequestHead head) {
        return now.routes()
                .find(head.method(), head.host(), head.path(), name -> FieldValues.joined(head.headers(), name));
    }

    private static Verdict decide(
            Snapshot now,
            RequestHead head,
            Principal who,
            RouteLookup.Found<Route> found,
            Gate gate,
            Caller caller,
            Waited waited) {
        Route route = found.route();
        Facts facts = route.rule().isPlain() ? Facts.NONE : gate.facts(now, caller, head, found);
        return switch (now.policy().decide(who, route.rule(), facts)) {
            case Permit permit -> admit(now, permit, route);
            case Deny deny -> forbidden(deny, who);
            case Pending pending -> {
                Waited.Asked asked = waited.asked();
                yield asked != null && asked.isFor(route, pending.principal())
                        ? settled(now, pending, route, asked.answer())
                        : askOutside(
                                now,
                                pending,
                                route,
                                facts,
                                question -> gate.judge(caller, head, waited.andForAnswer(question)));
            }
        };
    }

    /**
     * Who has used up a rate does not get to ask.
     *
     * @param again judges the request anew once there is an answer
     */
    private static Verdict askOutside(
            Snapshot now, Pending pending, Route route, Facts facts, Function<Waited.Asked, Verdict> again) {
        String key = pending.principal().id();
        Admission.Throttled throttled = used(now.ofKey(pending.principal()), key);
        throttled = throttled == null ? used(now.perPrincipal(), key) : throttled;
        throttled = throttled == null ? used(route.limit(), key) : throttled;
        if (throttled != null) {
            return limited(pending.principal(), pending.rule(), throttled);
        }
        ExternalDecision external = route.external();
        if (external == null) {
            throw new IllegalStateException("nobody to ask for route `" + route.name() + "`");
        }
        CompletableFuture<Decision> answer = external.ask(pending, facts).toCompletableFuture();
        return answer.isDone()
                ? settled(now, pending, route, answer)
                : new Verdict.Wait(key, answer, () -> again.apply(new Waited.Asked(route, key, answer)));
    }

    private static Verdict settled(Snapshot now, Pending pending, Route route, CompletableFuture<Decision> answer) {
        Decision decision = answer.isDone() && !answer.isCompletedExceptionally()
                ? answer.join()
                : pending.refused(Deny.Cause.EXTERNAL_UNAVAILABLE, "no answer");
        return switch (decision) {
            case Permit permit -> admit(now, permit, route);
            case Deny deny -> forbidden(deny, pending.principal());
            case Pending again ->
                throw new IllegalStateException(
                        "asked in vain for `" + again.rule().name() + "`");
        };
    }

    private static Verdict forbidden(Deny deny, Principal who) {
        return new Verdict.Refuse(
                refusal(deny), who.id(), deny.cause().code(), deny.rule().name(), null, 0, deny.detail());
    }

    /** What the caller is told of a denial. */
    public static Refusal refusal(Deny deny) {
        String rule = deny.rule().name();
        String detail = deny.cause() == Deny.Cause.PERMISSION_MISSING
                ? deny.reason() + ", which rule `" + rule + "` needs"
                : deny.reason() + " (rule `" + rule + "`)";
        RefusalCode code = deny.cause() == Deny.Cause.EXTERNAL_UNAVAILABLE
                ? RefusalCode.EXTERNAL_POLICY_UNAVAILABLE
                : RefusalCode.FORBIDDEN;
        return new Refusal(
                code, detail, new Refusal.Wanting(rule, deny.rule().needed().toString(), missing(deny.cause())));
    }

    /** What the caller may know of the cause: neither the condition's text nor what it saw. */
    private static String missing(Deny.Cause cause) {
        return switch (cause) {
            case PERMISSION_MISSING -> "permission";
            case CONDITION_FAILED, CONDITION_ERROR -> "condition";
            case EXTERNAL_DENIED, EXTERNAL_UNAVAILABLE -> "external_policy";
        };
    }

    // ---- limit

    private static Verdict admit(Snapshot now, Permit permit, Route route) {
        Admission ofKey = ask(now.ofKey(permit.principal()), permit);
        if (ofKey instanceof Admission.Throttled throttled) {
            return limited(permit.principal(), permit.rule(), throttled);
        }
        Admission ofPrincipal = ask(now.perPrincipal(), permit);
        if (ofPrincipal instanceof Admission.Throttled throttled) {
            return limited(permit.principal(), permit.rule(), throttled);
        }
        Admission ofRoute = ask(route.limit(), permit);
        if (ofRoute instanceof Admission.Throttled throttled) {
            return limited(permit.principal(), permit.rule(), throttled);
        }
        return new Verdict.Forward(permit, route, now, ofKey, ofPrincipal, ofRoute);
    }

    private static @Nullable Admission ask(@Nullable Limiter limiter, Permit permit) {
        return limiter == null ? null : limiter.admit(permit.principal().id());
    }

    private static Admission.@Nullable Throttled used(@Nullable Limiter limiter, String key) {
        return limiter != null && limiter.peek(key) instanceof Admission.Throttled throttled ? throttled : null;
    }

    private static Verdict limited(Principal who, Rule rule, Admission.Throttled throttled) {
        String detail = "the limit `" + throttled.limiter().name() + "` of "
                + throttled.limiter().rate() + " is used up, come back in " + throttled.retryAfterSeconds() + " s";
        return new Verdict.Refuse(
                new Refusal(RefusalCode.RATE_LIMITED, detail),
                who.id(),
                RefusalCode.RATE_LIMITED.code(),
                rule.name(),
                throttled,
                throttled.retryAfterSeconds(),
                "");
    }

    // ---- streams under way

    /** Whether what was allowed once would be again. A decision from outside holds for the life of its stream. */
    static boolean stillHolds(Snapshot now, RequestHead head, Principal who, Route allowed, Gate gate, Caller caller) {
        if (!(lookUp(now, head) instanceof RouteLookup.Found<Route> found)
                || !found.route().name().equals(allowed.name())) {
            return false;
        }
        Rule rule = found.route().rule();
        Facts facts = rule.isPlain() ? Facts.NONE : gate.facts(now, caller, head, found);
        return !(now.policy().decide(who, rule, facts) instanceof Deny);
    }
}
