package dev.pavise.proxy.forward;

import java.time.Duration;

/**
 * How the endpoints of an upstream are asked whether they are well: a GET that must be answered with 200 to 399.
 *
 * @param path request target, beginning with a slash
 * @param authority what is sent as Host
 * @param unhealthyAfter failed checks in a row that take an endpoint out
 * @param healthyAfter passed checks in a row that bring it back
 */
public record HealthCheck(
        String path, String authority, Duration interval, Duration timeout, int unhealthyAfter, int healthyAfter) {
    public HealthCheck {
        if (!path.startsWith("/") || interval.toMillis() <= 0 || timeout.toMillis() <= 0) {
            throw new IllegalArgumentException(
                    "a health check needs a path that begins with `/`, an interval and a timeout of at least 1 ms");
        }
        if (unhealthyAfter < 1 || healthyAfter < 1) {
            throw new IllegalArgumentException("a health check needs thresholds of at least 1");
        }
    }
}
