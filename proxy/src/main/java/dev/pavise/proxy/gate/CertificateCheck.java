package dev.pavise.proxy.gate;

import dev.pavise.proxy.tls.Peer;

/** Whether a client certificate is good now, and whose it is. Asked after every handshake and again under each new configuration. */
public interface CertificateCheck {
    /** The finding on one connection. */
    sealed interface Finding {
        /** The client showed no certificate, and needs none here. */
        record None() implements Finding {}

        /** Good; {@code name} is the caller's name in it. */
        record Good(String name) implements Finding {}

        /** Not good, or missing where one is required; {@code reason} is for the audit record. */
        record Bad(String reason) implements Finding {}
    }

    Finding check(Peer peer);
}
