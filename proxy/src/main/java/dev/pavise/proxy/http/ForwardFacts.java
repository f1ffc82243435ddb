package dev.pavise.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * What the gateway itself tells an upstream about a request, in place of whatever the client claimed.
 *
 * @param requestId goes out as {@code x-request-id}
 * @param principal the proven identity; goes out as {@code x-pavise-principal}, percent-encoded where it is not plain visible ASCII
 * @param forwardedFor goes out as {@code x-forwarded-for}: the peer's address, behind what a listed proxy said
 * @param forwardedProto goes out as {@code x-forwarded-proto}
 * @param forwardedHost goes out as {@code x-forwarded-host}
 * @param clientCertificate goes out as {@code x-forwarded-client-cert}; null where the client showed no certificate
 * @param passCredential whether the route passes the caller's credential on
 */
public record ForwardFacts(
        String requestId,
        String principal,
        String forwardedFor,
        String forwardedProto,
        String forwardedHost,
        @Nullable String clientCertificate,
        boolean passCredential) {}
