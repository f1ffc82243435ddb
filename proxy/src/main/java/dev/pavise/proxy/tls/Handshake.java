package dev.pavise.proxy.tls;

import java.util.Objects;

/** How a completed handshake is judged. */
public sealed interface Handshake {

    /** The connection may go on; what the peer is worth is decided later. */
    record Known(Peer peer) implements Handshake {

        /** Checks its part. */
        public Known {
            Objects.requireNonNull(peer);
        }
    }

    /** The connection has to be closed before anything is read from it. */
    record Rejected(CertificateFault fault) implements Handshake {

        /** Checks its part. */
        public Rejected {
            Objects.requireNonNull(fault);
        }
    }
}
