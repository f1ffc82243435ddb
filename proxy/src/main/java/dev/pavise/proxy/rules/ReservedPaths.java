package dev.pavise.proxy.rules;

import dev.pavise.policy.route.PathTemplate;
import java.util.List;
import java.util.stream.Stream;

/**
 * The paths that are the gateway's own, those of later parts of the management API among them: a configuration that loads today loads with
 * them, too.
 */
final class ReservedPaths {
    /** Behind every door. */
    static final List<PathTemplate> ALWAYS =
            parse("/health", "/health/live", "/health/ready", "/.well-known/oauth-protected-resource");

    /** Where the management API is, unless {@code listen.management} moves it. */
    static final List<PathTemplate> MANAGEMENT = parse(
            "/metrics",
            "/openapi.json",
            "/v1/audit/**",
            "/v1/tools/**",
            "/v1/auth/**",
            "/v1/agents",
            "/v1/agents/**",
            "/v1/messages",
            "/v1/cluster",
            "/v1/k8s/**",
            "/v1/config",
            "/v1/config/**");

    private ReservedPaths() {}

    private static List<PathTemplate> parse(String... templates) {
        return Stream.of(templates).map(PathTemplate::parse).toList();
    }
}
