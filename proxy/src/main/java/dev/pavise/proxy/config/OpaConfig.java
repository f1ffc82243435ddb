package dev.pavise.proxy.config;

import dev.pavise.policy.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A decision point outside that must agree to the requests of a route. Routes with equal settings share one.
 *
 * @param url the whole address of the decision: https, or http to loopback
 * @param timeout for a whole question and answer
 * @param cache how long an answer holds for an equal question; zero: each request is asked for
 * @param ca PEM certificates its certificate must lead to; absent: those the system trusts
 * @param token sent to it as a bearer token; absent: none is sent
 * @param maxInFlight questions under way at a time
 */
public record OpaConfig(
        URI url,
        Duration timeout,
        Duration cache,
        @Nullable Path ca,
        @Nullable Secret token,
        int maxInFlight) {

    /** Checks its parts. */
    public OpaConfig {
        Objects.requireNonNull(url);
        Objects.requireNonNull(timeout);
        Objects.requireNonNull(cache);
        if (!timeout.isPositive() || cache.isNegative() || maxInFlight < 1) {
            throw new IllegalArgumentException("a decision point has a timeout and takes at least one question");
        }
    }

    /** Whether it is asked over TLS. */
    public boolean secure() {
        return url.getScheme().equals("https");
    }
}
