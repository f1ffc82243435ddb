package dev.pavise.proxy.doctor;

import dev.pavise.policy.config.ByteSize;
import dev.pavise.proxy.config.LimitsConfig;
import dev.pavise.proxy.config.RouteConfig;
import java.util.List;

/** What callers may use up. */
final class LimitChecks {
    private static final long LARGE_BODY = 100L << 20;

    private LimitChecks() {}

    static void rates(Examined examined, Notes notes) {
        LimitsConfig limits = examined.config().limits();
        if (limits.perPrincipal() != null) {
            notes.ok("each principal has " + limits.perPrincipal() + " over all routes");
            return;
        }
        List<String> open = examined.config().routes().stream()
                .filter(route -> route.limit() == null)
                .map(RouteConfig::name)
                .toList();
        if (open.isEmpty()) {
            notes.ok("every route has a rate");
        } else {
            notes.warn(
                    "no rate bounds a principal on: " + String.join(", ", open),
                    "set limits.per_principal, or limit on each of them");
        }
    }

    static void bodies(Examined examined, Notes notes) {
        boolean sound = body("limits.body", examined.config().limits().body(), notes);
        for (RouteConfig route : examined.config().routes()) {
            ByteSize size = route.bodySize();
            if (size != null) sound &= body("the body of route " + route.name(), size, notes);
        }
        if (sound)
            notes.ok("request bodies are bounded, by "
                    + examined.config().limits().body() + " where nothing else is said");
    }

    private static boolean body(String what, ByteSize size, Notes notes) {
        if (size.bytes() <= LARGE_BODY) return true;
        notes.warn(what + " may be " + size, "lower it to what the upstream needs");
        return false;
    }

    static void connections(Examined examined, Notes notes) {
        LimitsConfig limits = examined.config().limits();
        if (limits.connectionsPerAddress() >= limits.connections()) {
            notes.warn(
                    "one address may take all " + limits.connections() + " connections",
                    "set limits.connections_per_address lower than limits.connections");
        } else {
            notes.ok("an address may have " + limits.connectionsPerAddress() + " of " + limits.connections()
                    + " connections, and " + limits.refusedCredentialsPerAddress() + " wrong credentials");
        }
    }
}
