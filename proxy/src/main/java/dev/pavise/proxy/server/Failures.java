package dev.pavise.proxy.server;

import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.tls.Peer;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where failures end that no answer can tell. Each is counted; of what a stranger can repeat at will at most one line a second is logged.
 */
final class Failures {
    private static final Logger log = LoggerFactory.getLogger(Failures.class);
    private static final long SECOND = 1_000_000_000L;

    private final GatewayMetrics metrics;
    private final LongSupplier clock;
    private final AtomicLong nextLine;

    Failures(GatewayMetrics metrics, LongSupplier nanoClock) {
        this.metrics = metrics;
        this.clock = nanoClock;
        this.nextLine = new AtomicLong(nanoClock.getAsLong());
    }

    /** A connection broke. The network and the client may do that at any time; anything else is a bug. */
    void onConnectionFailure(Peer peer, Throwable cause) {
        boolean ofTheWorld = cause instanceof IOException
                || cause instanceof io.netty.handler.codec.DecoderException
                || cause instanceof io.netty.handler.codec.http2.Http2Exception;
        metrics.onConnectionFailure(ofTheWorld);
        if (!ofTheWorld && mayLog()) {
            log.error("a connection from {} failed", peer.address().getHostAddress(), cause);
        }
    }

    void onHandshakeFailure(String address, Throwable cause) {
        metrics.onHandshakeFailure();
        if (log.isDebugEnabled() && mayLog()) {
            String why = cause instanceof SSLException ? cause.getMessage() : cause.toString();
            log.debug("a handshake with {} failed: {}", address, why);
        }
    }

    void onBug(String requestId, Throwable bug) {
        metrics.onBug();
        if (mayLog()) {
            log.error("request {} met a bug", requestId, bug);
        }
    }

    private boolean mayLog() {
        long now = clock.getAsLong();
        long next = nextLine.get();
        return now - next >= 0 && nextLine.compareAndSet(next, now + SECOND);
    }
}
