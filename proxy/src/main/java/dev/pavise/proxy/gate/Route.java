package dev.pavise.proxy.gate;

import dev.pavise.policy.Permission;
import dev.pavise.policy.limit.Limiter;
import dev.pavise.proxy.forward.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * A route as the gate and the exchange need it.
 *
 * @param name in records, refusals and metrics
 * @param limit for each principal on this route, or null where the configuration names none
 * @param timeoutNanos until the answer's head
 * @param bodyLimit bytes of a request body
 * @param passCredential whether the caller's credential goes on to the upstream
 */
public record Route(
        String name,
        Permission permission,
        Upstream upstream,
        @Nullable Limiter limit,
        long timeoutNanos,
        long bodyLimit,
        boolean passCredential) {}
