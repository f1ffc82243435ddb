package dev.pavise.proxy.server;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Names requests: UUIDv7 (RFC 9562, 5.7), so that they sort by time. Not secret, and nothing is granted to who knows one. */
final class RequestIds {
    private final InstantSource clock;
    private final RandomGenerator random;

    RequestIds(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    String next() {
        long high = clock.millis() << 16 | 0x7000L | (random.nextInt() & 0xFFFL);
        long low = 0x8000000000000000L | (random.nextLong() >>> 2);
        return new UUID(high, low).toString();
    }
}
