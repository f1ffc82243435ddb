package dev.pavise.proxy.explain;

import dev.pavise.policy.Condition;
import dev.pavise.policy.Facts;
import dev.pavise.policy.Permission;
import dev.pavise.policy.PermissionSet;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Role;
import dev.pavise.policy.Rule;
import dev.pavise.policy.condition.ExpressionCondition;
import dev.pavise.policy.route.RouteLookup;
import dev.pavise.proxy.config.RouteConfig;
import dev.pavise.proxy.gate.Endpoint;
import dev.pavise.proxy.gate.FieldValues;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gathers what is to be told of one request. */
final class Telling {
    private static final int MOST_OTHERS = 5;

    private final CompiledRules rules;
    private String request;
    private Explanation.@Nullable Caller caller;
    private Explanation.@Nullable Route route;
    private Explanation.@Nullable Tested condition;
    private final List<String> limits = new ArrayList<>();
    private final List<Explanation.Other> others = new ArrayList<>();
    private final List<String> unseen = new ArrayList<>();

    Telling(CompiledRules rules, String request) {
        this.rules = rules;
        this.request = request;
    }

    void request(RequestHead head) {
        request = head.method() + " https://" + head.authority() + head.target();
    }

    void unseen(String what) {
        unseen.add(what);
    }

    void caller(Principal who) {
        PermissionSet held = who.permissions();
        List<Explanation.Held> permissions = held.permissions().stream()
                .map(each -> new Explanation.Held(each.toString(), source(held, each)))
                .toList();
        caller = new Explanation.Caller(who.id(), List.copyOf(new TreeSet<>(who.roles())), permissions);
    }

    private static String source(PermissionSet held, Permission needed) {
        return held.granting(needed).map(PermissionSet.Grant::source).orElse("");
    }

    void endpoint(Endpoint own, Rule rule, Principal who) {
        route = new Explanation.Route(
                own.ruleName(), own.path(), "", "", rule.needed().toString(), granted(who, rule), heldBy(rule));
    }

    void route(RouteLookup.Found<CompiledRules.Configured> found, Principal who) {
        Rule rule = found.route().rule();
        RouteConfig config = found.route().config();
        route = new Explanation.Route(
                rule.name(),
                found.match().toString(),
                config.place().toString(),
                config.upstream(),
                rule.needed().toString(),
                granted(who, rule),
                heldBy(rule));
        String perPrincipal = rules.config().limits().perPrincipal();
        if (perPrincipal != null) {
            limits.add("limits.per_principal: " + perPrincipal);
        }
        if (config.limit() != null) {
            limits.add("route: " + config.limit());
        }
    }

    private static @Nullable String granted(Principal who, Rule rule) {
        return who.permissions()
                .granting(rule.needed())
                .map(grant -> grant.permission() + " (" + grant.source() + ")")
                .orElse(null);
    }

    private List<String> heldBy(Rule rule) {
        List<String> roles = new ArrayList<>(List.of(Role.ADMIN.name()));
        rules.grants().roles().stream()
                .filter(role -> role.permissions().stream().anyMatch(each -> each.covers(rule.needed())))
                .map(Role::name)
                .forEach(roles::add);
        return roles;
    }

    void condition(Rule rule, Principal who, Facts facts) {
        if (rule.condition() instanceof ExpressionCondition expression) {
            ExpressionCondition.Explained explained = expression.explain(who, rule, facts);
            condition = switch (explained.outcome()) {
                case Condition.Outcome.Holds ignored -> tested(expression, "holds", "", explained);
                case Condition.Outcome.Fails(String why) -> tested(expression, "fails", why, explained);
                case Condition.Outcome.Errs(String why) -> tested(expression, "errs", why, explained);
            };
        }
    }

    private static Explanation.Tested tested(
            ExpressionCondition expression, String outcome, String why, ExpressionCondition.Explained explained) {
        return new Explanation.Tested(expression.text(), outcome, why, explained.parts());
    }

    /** The routes that fit the path and were not taken; where none was, also those whose path is another. */
    void others(RequestHead head, RouteLookup<CompiledRules.Configured> lookup) {
        boolean foundOne = lookup instanceof RouteLookup.Found<CompiledRules.Configured>;
        for (RouteLookup.Found<CompiledRules.Configured> each : rules.routes().routes()) {
            if (others.size() >= MOST_OTHERS || each.equals(lookup)) {
                continue;
            }
            boolean samePath = each.match().path().matches(head.path());
            Optional<String> mismatch = each.match()
                    .mismatch(
                            head.method(), head.host(), head.path(), name -> FieldValues.joined(head.headers(), name));
            if (samePath || !foundOne) {
                others.add(new Explanation.Other(
                        each.route().rule().name(), mismatch.orElse("it fits as well, and is less specific")));
            }
        }
    }

    // ---- ends

    Explanation open(Endpoint own) {
        route = new Explanation.Route(own.ruleName(), own.path(), "", "", "", null, List.of());
        return end(Explanation.Verdict.ALLOWED, 0, "allowed", "anyone may ask this");
    }

    Explanation allowed(String reason) {
        return end(Explanation.Verdict.ALLOWED, 0, "allowed", reason);
    }

    Explanation refused(Refusal refusal) {
        return end(Explanation.Verdict.DENIED, refusal.status(), refusal.code().code(), refusal.detail());
    }

    Explanation wouldDeny(Refusal refusal) {
        return end(
                Explanation.Verdict.WOULD_DENY,
                refusal.status(),
                refusal.code().code(),
                "passes, as `enforce: audit-only` denies nothing; else: " + refusal.detail());
    }

    private Explanation end(Explanation.Verdict verdict, int status, String code, String reason) {
        return new Explanation(
                verdict, status, code, reason, request, caller, route, condition, limits, others, unseen);
    }
}
