package dev.pavise.proxy.rules;

import dev.pavise.policy.Condition;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Rule;
import dev.pavise.policy.condition.Conditions;
import dev.pavise.policy.config.Place;
import dev.pavise.policy.route.HostPattern;
import dev.pavise.policy.route.PathTemplate;
import dev.pavise.policy.route.RouteMatch;
import dev.pavise.policy.route.RouteTable;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.RouteConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The routes of a configuration as a table, each with the rule that it asks of its callers. */
public final class RouteRules {
    private final GatewayConfig config;
    private final Attempts attempts;
    private final List<Permission> named = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private @Nullable Conditions conditions;

    public RouteRules(GatewayConfig config, Attempts attempts) {
        this.config = config;
        this.attempts = attempts;
    }

    /**
     * The table, or null where something was noted that keeps it from being built.
     *
     * @param route makes the table's route of a configured one and its rule; throws {@link IllegalArgumentException} with a message fit for the
     *     route's place
     */
    public <R> @Nullable RouteTable<R> table(BiFunction<RouteConfig, Rule, R> route) {
        RouteTable.Builder<R> table = new RouteTable.Builder<>();
        for (RouteConfig each : config.routes()) {
            attempts.attempt(each.place(), () -> {
                RouteMatch match = match(each.match());
                Rule rule = rule(each, match);
                named.add(rule.needed());
                table.add(match, route.apply(each, rule));
                return true;
            });
        }
        List<PathTemplate> reserved = new ArrayList<>(ReservedPaths.ALWAYS);
        if (config.listen().management() == null) {
            reserved.addAll(ReservedPaths.MANAGEMENT);
        }
        Place place = config.routes().isEmpty()
                ? Place.startOf(config.file())
                : config.routes().getFirst().place();
        return attempts.attempt(place, () -> table.build(reserved));
    }

    /** The permissions that the routes of the table name. */
    public List<Permission> named() {
        return List.copyOf(named);
    }

    /** What whoever loads this should be told. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    private Rule rule(RouteConfig route, RouteMatch match) {
        Permission permission = Permission.parse(route.permission());
        Rule.Enforcement enforcement = switch (route.enforce()) {
            case ON -> Rule.Enforcement.ENFORCE;
            case AUDIT_ONLY -> Rule.Enforcement.AUDIT_ONLY;
        };
        if (enforcement == Rule.Enforcement.AUDIT_ONLY) {
            warnings.add(AuditOnly.warning(route.name()));
        }
        return new Rule(route.name(), permission, condition(route, match), route.opa() != null, enforcement);
    }

    private Condition condition(RouteConfig route, RouteMatch match) {
        RouteConfig.When when = route.when();
        if (when == null) {
            return Condition.NONE;
        }
        Condition made = attempts.attempt(
                when.place(),
                () -> conditions().compile(when.expression(), match.path().variableNames()));
        // Where there is none an error was noted, so nothing of this configuration will be used.
        return made != null ? made : (principal, rule, facts) -> new Condition.Outcome.Errs("did not compile");
    }

    /** Made where the first condition is met: it loads a library that most configurations do not need. */
    private Conditions conditions() {
        Conditions made = conditions;
        if (made == null) {
            made = new Conditions();
            conditions = made;
        }
        return made;
    }

    private static RouteMatch match(RouteConfig.Match match) {
        RouteMatch made = RouteMatch.path(match.path());
        if (match.host() != null) {
            made = made.host(new HostPattern(match.host()));
        }
        if (!match.methods().isEmpty()) {
            made = made.methods(match.methods());
        }
        return match.headers().isEmpty() ? made : made.headers(match.headers());
    }
}
