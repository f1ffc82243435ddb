package dev.pavise.proxy.config;

import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import java.time.Duration;
import java.util.List;

/** Reads {@code limits}. A bound of zero is refused where it would let nothing in at all. */
final class LimitsSection {

    private static final String LONGEST = "24h";

    private static final Key<String> PER_PRINCIPAL = Key.optional(
            "per_principal", Scalars.rate(), "requests of one principal on all routes together; default: no rate");
    private static final Key<String> REFUSED_CREDENTIALS = Key.withDefault(
            "refused_credentials_per_address",
            Scalars.rate(),
            "60/minute",
            "wrong credentials from one address, before any more are looked at");
    private static final Key<Integer> CONNECTIONS =
            Key.withDefault("connections", Scalars.integer(1, 1_000_000), "10000", "at the same time");
    private static final Key<Integer> PER_ADDRESS = Key.withDefault(
            "connections_per_address", Scalars.integer(1, 1_000_000), "1000", "from one address at the same time");
    private static final Key<ByteSize> HEADERS =
            Key.withDefault("headers", Scalars.size("256B", "1MiB"), "8KiB", "all header lines of a request together");
    private static final Key<Integer> HEADER_COUNT =
            Key.withDefault("header_count", Scalars.integer(1, 10_000), "100", "header lines of a request");
    private static final Key<ByteSize> BODY = Key.withDefault(
            "body", Scalars.size("0", "16TiB"), "10MiB", "the largest request body; a route may differ");
    private static final Key<Duration> REQUEST_TIMEOUT = Key.withDefault(
            "request_timeout", Scalars.duration("1ms", LONGEST), "30s", "until the answer's head; streams go on");
    private static final Key<Duration> IDLE_TIMEOUT = Key.withDefault(
            "idle_timeout", Scalars.duration("1ms", LONGEST), "60s", "a connection on which nothing happens");
    private static final Key<Duration> HEADER_TIMEOUT = Key.withDefault(
            "header_timeout",
            Scalars.duration("1ms", "10m"),
            "10s",
            "from the first byte of a request to the end of its head");
    private static final Key<Duration> BODY_TIMEOUT = Key.withDefault(
            "body_timeout",
            Scalars.duration("1ms", LONGEST),
            "30s",
            "longest wait for the next bytes of a request body");
    private static final Key<Duration> HANDSHAKE_TIMEOUT =
            Key.withDefault("handshake_timeout", Scalars.duration("1ms", "10m"), "10s", "until TLS stands");
    private static final Key<Duration> DRAIN_TIMEOUT = Key.withDefault(
            "drain_timeout", Scalars.duration("0s", "1h"), "30s", "for requests in flight when the gateway stops");
    private static final Key<Integer> HTTP2_STREAMS =
            Key.withDefault("http2_streams", Scalars.integer(1, 10_000), "100", "at the same time on one connection");
    private static final Key<Integer> HTTP2_RESETS = Key.withDefault(
            "http2_resets",
            Scalars.integer(0, 100_000),
            "200",
            "within 30 seconds on one connection, before it is closed");

    static final Section<LimitsConfig> SECTION = Section.of(
            List.of(
                    PER_PRINCIPAL,
                    REFUSED_CREDENTIALS,
                    CONNECTIONS,
                    PER_ADDRESS,
                    HEADERS,
                    HEADER_COUNT,
                    BODY,
                    REQUEST_TIMEOUT,
                    IDLE_TIMEOUT,
                    HEADER_TIMEOUT,
                    BODY_TIMEOUT,
                    HANDSHAKE_TIMEOUT,
                    DRAIN_TIMEOUT,
                    HTTP2_STREAMS,
                    HTTP2_RESETS),
            limits -> new LimitsConfig(
                    limits.find(PER_PRINCIPAL),
                    limits.get(REFUSED_CREDENTIALS),
                    limits.get(CONNECTIONS),
                    limits.get(PER_ADDRESS),
                    limits.get(HEADERS),
                    limits.get(HEADER_COUNT),
                    limits.get(BODY),
                    limits.get(REQUEST_TIMEOUT),
                    limits.get(IDLE_TIMEOUT),
                    limits.get(HEADER_TIMEOUT),
                    limits.get(BODY_TIMEOUT),
                    limits.get(HANDSHAKE_TIMEOUT),
                    limits.get(DRAIN_TIMEOUT),
                    limits.get(HTTP2_STREAMS),
                    limits.get(HTTP2_RESETS)));

    private LimitsSection() {}
}
