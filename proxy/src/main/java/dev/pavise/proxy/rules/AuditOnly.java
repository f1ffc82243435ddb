package dev.pavise.proxy.rules;

import dev.pavise.policy.Rule;
import dev.pavise.policy.route.RouteLookup;
import dev.pavise.policy.route.RouteTable;
import java.util.List;
import java.util.function.Function;

/** Routes that are only tried out: {@code enforce: audit-only}. Whoever runs such a gateway is told again and again. */
public final class AuditOnly {
    private AuditOnly() {}

    /** The names of the rules that deny nothing. */
    public static <R> List<String> routes(RouteTable<R> table, Function<R, Rule> rule) {
        return table.routes().stream()
                .map(RouteLookup.Found::route)
                .map(rule)
                .filter(each -> each.enforcement() == Rule.Enforcement.AUDIT_ONLY)
                .map(Rule::name)
                .toList();
    }

    public static String warning(String route) {
        return "route `" + route
                + "` denies nothing: `enforce: audit-only` lets every proven identity pass and records what would"
                + " have been denied; write `enforce: on` when the trial is over";
    }
}
