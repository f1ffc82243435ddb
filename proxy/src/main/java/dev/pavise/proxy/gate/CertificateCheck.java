package dev.pavise.proxy.gate;

import java.security.cert.X509Certificate;
import java.util.List;

/** Whether a client certificate is good now, and whose it is. Asked after every handshake and again under each new configuration. */
public interface CertificateCheck {
    /** The finding on one certificate. */
    sealed interface Finding {
        /** Good; {@code name} is the caller's name in it. */
        record Good(String name) implements Finding {}

        /** Not good; {@code reason} is for the audit record. */
        record Bad(String reason) implements Finding {}
    }

    /** @param chain the client's certificate first, as the handshake verified it */
    Finding check(List<X509Certificate> chain);
}
