package dev.pavise.proxy.gate;

import dev.pavise.proxy.http.HeadLimits;

/** Bounds in time and size that connections and exchanges watch, in nanoseconds and bytes. */
public record Timeouts(
        long headerNanos,
        long bodyNanos,
        long idleNanos,
        long sessionNanos,
        HeadLimits head,
        int http2Streams,
        int http2Resets) {}
