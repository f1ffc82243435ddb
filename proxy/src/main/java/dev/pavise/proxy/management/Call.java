package dev.pavise.proxy.management;

import dev.pavise.policy.Principal;
import dev.pavise.proxy.gate.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * A request for the gateway itself, judged and recorded already.
 *
 * @param variable what stands in the path where the endpoint has a variable, still percent-encoded; else empty
 * @param body whole
 * @param caller who holds the permit for it
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record Call(
        Endpoint endpoint,
        String method,
        String variable,
        @Nullable String query,
        byte[] body,
        Principal caller) {}
