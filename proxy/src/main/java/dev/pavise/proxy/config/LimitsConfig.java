package dev.pavise.proxy.config;

import dev.pavise.policy.config.ByteSize;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What callers may use up. Zero means zero.
 *
 * @param perPrincipal a rate as written; absent: no rate by default
 * @param refusedCredentialsPerAddress a rate as written, counted before any signature is checked
 * @param headers all header lines of a request together
 * @param requestTimeout until the answer's head; streams go on
 * @param idleTimeout a connection on which nothing happens
 * @param headerTimeout from the first byte of a request to the end of its head
 * @param bodyTimeout the longest wait for the next bytes of a request body
 * @param drainTimeout how long requests in flight may take to finish when the gateway stops
 * @param http2Streams at the same time on one connection
 * @param http2Resets within 30 seconds on one connection, before it is closed
 */
public record LimitsConfig(
        @Nullable String perPrincipal,
        String refusedCredentialsPerAddress,
        int connections,
        int connectionsPerAddress,
        ByteSize headers,
        int headerCount,
        ByteSize body,
        Duration requestTimeout,
        Duration idleTimeout,
        Duration headerTimeout,
        Duration bodyTimeout,
        Duration handshakeTimeout,
        Duration drainTimeout,
        int http2Streams,
        int http2Resets) {

    /** Checks its parts. */
    public LimitsConfig {
        Objects.requireNonNull(refusedCredentialsPerAddress);
        Objects.requireNonNull(headers);
        Objects.requireNonNull(body);
        Objects.requireNonNull(requestTimeout);
        Objects.requireNonNull(idleTimeout);
        Objects.requireNonNull(headerTimeout);
        Objects.requireNonNull(bodyTimeout);
        Objects.requireNonNull(handshakeTimeout);
        Objects.requireNonNull(drainTimeout);
    }
}
