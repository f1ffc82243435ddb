package dev.pavise.proxy.gate;

import dev.pavise.proxy.http.HeadLimits;

/**
 * Bounds in time and size that connections and exchanges keep, of one configuration.
 *
 * @param headerNanos for the head of a request, from its first byte
 * @param bodyNanos longest wait for more of a request's body
 * @param requestNanos until the answer's head, where a route says nothing else
 * @param idleNanos longest time in which nothing moves on a connection or stream
 * @param sessionNanos longest life of a stream
 * @param http2Streams streams of one connection at a time
 * @param http2Resets resets of one connection in 30 s before it is closed
 */
public record Timeouts(
        long headerNanos,
        long bodyNanos,
        long requestNanos,
        long idleNanos,
        long sessionNanos,
        HeadLimits head,
        int http2Streams,
        int http2Resets) {}
