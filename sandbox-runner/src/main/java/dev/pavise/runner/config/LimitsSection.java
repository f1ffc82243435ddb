package dev.pavise.runner.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import java.time.Duration;
import java.util.List;

/** Reads {@code limits}. A bound of zero is refused where it would let nothing in at all. */
final class LimitsSection {
    static final Key<Integer> CONCURRENT =
            Key.withDefault("concurrent", Scalars.integer(1, 1000), "4", "runs at the same time");
    static final Key<Integer> QUEUE = Key.withDefault(
            "queue", Scalars.integer(0, 10_000), "64", "runs that wait for a place; beyond, 429 runner_busy");
    static final Key<Duration> QUEUE_TIMEOUT = Key.withDefault(
            "queue_timeout", Scalars.duration("1ms", "1h"), "10s", "longest wait for a place; then 429 queue_timeout");
    static final Key<Long> CONTENT_BYTES =
            Key.withDefault("content_bytes", Scalars.bytes("1B", "16GiB"), "64MiB", "the largest tool");
    static final Key<Long> CONTENT_TOTAL = Key.withDefault(
            "content_total",
            Scalars.bytes("1B", "16TiB"),
            "1GiB",
            "all tools that are kept; the longest unused go first");
    static final Key<Integer> CONTENT_COUNT =
            Key.withDefault("content_count", Scalars.integer(1, 1_000_000), "1000", "tools that are kept");
    static final Key<Long> OUTPUT_BYTES = Key.withDefault(
            "output_bytes",
            Scalars.bytes("1B", "1GiB"),
            "16MiB",
            "what a run may write to stdout and stderr; more ends it");
    static final Key<Long> OUTPUT_KEPT = Key.withDefault(
            "output_kept",
            Scalars.bytes("1B", "64MiB"),
            "1MiB",
            "of each of the two, what is handed on; the rest is only hashed");
    static final Key<Integer> PROCESSES =
            Key.withDefault("processes", Scalars.integer(1, 10_000), "64", "processes and threads of a run at once");
    static final Key<Integer> OPEN_FILES =
            Key.withDefault("open_files", Scalars.integer(4, 100_000), "256", "of each process of a run");
    static final Key<Long> REQUEST_BYTES = Key.withDefault(
            "request_bytes",
            Scalars.bytes("1KiB", "64MiB"),
            "1MiB",
            "the largest body of POST /v1/runs, stdin included");
    static final Key<Integer> CONNECTIONS =
            Key.withDefault("connections", Scalars.integer(1, 10_000), "64", "of gateways at the same time");
    static final Key<Integer> STREAMS = Key.withDefault(
            "streams", Scalars.integer(1, 10_000), "128", "requests at the same time on one connection");
    static final Key<Integer> RESETS = Key.withDefault(
            "resets",
            Scalars.integer(1, 100_000),
            "200",
            "of requests within 30 seconds on one connection, before it is closed");
    static final Key<Duration> HANDSHAKE_TIMEOUT =
            Key.withDefault("handshake_timeout", Scalars.duration("1ms", "10m"), "10s", "until TLS stands");
    static final Key<Duration> BODY_TIMEOUT = Key.withDefault(
            "body_timeout", Scalars.duration("1ms", "1h"), "30s", "longest wait for the next bytes of a request");
    static final Key<Duration> IDLE_TIMEOUT =
            Key.withDefault("idle_timeout", Scalars.duration("1ms", "24h"), "5m", "a connection without a request");
    static final Key<Duration> DRAIN_TIMEOUT = Key.withDefault(
            "drain_timeout",
            Scalars.duration("0s", "1h"),
            "30s",
            "for runs under way when the runner stops; then they are ended");

    static final Section<LimitsConfig> SECTION = Section.of(
            List.of(
                    CONCURRENT,
                    QUEUE,
                    QUEUE_TIMEOUT,
                    CONTENT_BYTES,
                    CONTENT_TOTAL,
                    CONTENT_COUNT,
                    OUTPUT_BYTES,
                    OUTPUT_KEPT,
                    PROCESSES,
                    OPEN_FILES,
                    REQUEST_BYTES,
                    CONNECTIONS,
                    STREAMS,
                    RESETS,
                    HANDSHAKE_TIMEOUT,
                    BODY_TIMEOUT,
                    IDLE_TIMEOUT,
                    DRAIN_TIMEOUT),
            LimitsSection::make);

    private LimitsSection() {}

    private static LimitsConfig make(Bound limits) {
        if (limits.get(CONTENT_TOTAL) < limits.get(CONTENT_BYTES)) {
            limits.errorOf(CONTENT_TOTAL, "is less than content_bytes, so that the largest tool would never fit");
        }
        if (limits.get(OUTPUT_BYTES) < limits.get(OUTPUT_KEPT)) {
            limits.errorOf(OUTPUT_BYTES, "is less than output_kept, which would never be reached");
        }
        return new LimitsConfig(
                limits.get(CONCURRENT),
                limits.get(QUEUE),
                limits.get(QUEUE_TIMEOUT),
                limits.get(CONTENT_BYTES),
                limits.get(CONTENT_TOTAL),
                limits.get(CONTENT_COUNT),
                limits.get(OUTPUT_BYTES),
                limits.get(OUTPUT_KEPT).intValue(),
                limits.get(PROCESSES),
                limits.get(OPEN_FILES),
                limits.get(REQUEST_BYTES),
                limits.get(CONNECTIONS),
                limits.get(STREAMS),
                limits.get(RESETS),
                limits.get(HANDSHAKE_TIMEOUT),
                limits.get(BODY_TIMEOUT),
                limits.get(IDLE_TIMEOUT),
                limits.get(DRAIN_TIMEOUT));
    }
}
