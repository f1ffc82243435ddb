package dev.pavise.k8s.compile;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator lets resources say. Whoever may write resources in a namespace decides over the gateways of that namespace within these
 * bounds, and over no others.
 *
 * @param base the file that every gateway's configuration begins with
 * @param mayGrant the permissions that resources may give and ask for, {@code *} for a whole part; absent: all that the gateway itself does
 *     not ask for; names of roles of the base may stand among them, which bindings may then give
 * @param upstreams those of the base that routes may go to
 * @param hosts beyond the services of the namespace, the hosts that agents and decision points may be at; {@code *.name} for one label
 * @param passCredential whether a route may pass the caller's credential on
 * @param auditOnly whether a route may be tried out without being enforced
 * @param trustedKeys whose tools are taken; absent: nobody's
 * @param environment variables that the gateways have beyond those of every sidecar, with a value such as they may have
 * @param most resources of one namespace
 */
public record ResourceSettings(
        Path base,
        @Nullable List<String> mayGrant,
        List<String> upstreams,
        List<String> hosts,
        boolean passCredential,
        boolean auditOnly,
        @Nullable Path trustedKeys,
        Map<String, String> environment,
        int most) {

    public ResourceSettings {
        if (mayGrant != null) mayGrant = List.copyOf(mayGrant);
        upstreams = List.copyOf(upstreams);
        hosts = List.copyOf(hosts);
        environment = Map.copyOf(environment);
    }
}
