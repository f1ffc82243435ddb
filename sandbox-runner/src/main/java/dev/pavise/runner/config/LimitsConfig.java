package dev.pavise.runner.config;

import java.time.Duration;

/**
 * Every bound of a runner. None of them has a value for "unlimited".
 *
 * @param contentBytes of one tool
 * @param contentTotal of all that is kept
 * @param outputBytes of stdout and stderr together
 * @param outputKept of each of the two
 */
public record LimitsConfig(
        int concurrent,
        int queue,
        Duration queueTimeout,
        long contentBytes,
        long contentTotal,
        int contentCount,
        long outputBytes,
        int outputKept,
        int processes,
        int openFiles,
        long requestBytes,
        int connections,
        int streams,
        int resets,
        Duration handshakeTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        Duration drainTimeout) {}
