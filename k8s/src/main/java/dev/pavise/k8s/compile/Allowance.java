package dev.pavise.k8s.compile;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator lets resources say beyond their own namespace.
 *
 * @param upstreams those of the base that routes may go to
 * @param hosts where agents and decision points may be beyond the services of their namespace; {@code *.name} for one label
 * @param passCredential whether a route may pass the caller's credential on
 * @param auditOnly whether a route may be tried out without being enforced
 * @param trustedKeys whose tools are taken; absent: nobody's
 * @param environment variables that the gateways have beyond those of every sidecar, with a value such as they may have
 * @param most resources of one namespace
 */
public record Allowance(
        List<String> upstreams,
        List<String> hosts,
        boolean passCredential,
        boolean auditOnly,
        @Nullable Path trustedKeys,
        Map<String, String> environment,
        int most) {
    /** Where the operator says nothing. */
    public static final Allowance USUAL = new Allowance(List.of("app"), List.of(), false, false, null, Map.of(), 500);

    public Allowance {
        upstreams = List.copyOf(upstreams);
        hosts = List.copyOf(hosts);
        environment = Map.copyOf(environment);
    }
}
