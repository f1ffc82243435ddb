package dev.pavise.k8s.manager.config;

import java.time.Duration;

/**
 * Every bound of the manager's API. None of them has a value for "unlimited".
 *
 * @param exchanges requests that are answered at the same time; further ones get 503
 * @param requestTimeout from its first byte to its last
 * @param drainTimeout what requests under way get when the manager stops
 */
public record LimitsConfig(int exchanges, Duration requestTimeout, Duration drainTimeout) {}
