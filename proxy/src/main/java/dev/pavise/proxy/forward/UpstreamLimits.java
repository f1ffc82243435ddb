package dev.pavise.proxy.forward;

import java.time.Duration;

/**
 * What one upstream may cost. Every limit is enforced; zero is no way to say "unlimited".
 *
 * @param connectTimeout longest wait for a usable connection: look-up, TCP, TLS and HTTP/2 settings together, or the wait for a free one
 * @param idleTimeout how long an unused connection is kept; the upstream's {@code keep-alive: timeout=} shortens it
 * @param connections most connections to each endpoint, all event loops together; a tunnel (WebSocket) holds one while it lives
 * @param waiting most requests of one event loop that wait for a connection to one endpoint while none is free and none is being
 *     opened for them; what comes then is refused at once
 * @param streams most concurrent streams of one HTTP/2 connection; the upstream's own limit holds as well
 * @param headerBytes largest head of an answer, and largest trailer section
 * @param headerFields most fields of an answer's head
 */
public record UpstreamLimits(
        Duration connectTimeout,
        Duration idleTimeout,
        int connections,
        int waiting,
        int streams,
        int headerBytes,
        int headerFields) {
    public static final UpstreamLimits DEFAULTS =
            new UpstreamLimits(Duration.ofSeconds(5), Duration.ofSeconds(60), 256, 1024, 100, 64 * 1024, 200);

    public UpstreamLimits {
        positive("connect timeout", connectTimeout.toNanos());
        positive("idle timeout", idleTimeout.toNanos());
        positive("connections", connections);
        positive("streams", streams);
        positive("header bytes", headerBytes);
        positive("header fields", headerFields);
        if (waiting < 0) {
            throw new IllegalArgumentException("upstream limit `waiting` is " + waiting + "; it must be 0 or more");
        }
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(
                    "upstream limit `" + name + "` is " + value + "; it must be more than 0");
        }
    }
}
