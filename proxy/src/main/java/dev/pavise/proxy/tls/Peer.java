package dev.pavise.proxy.tls;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Who is at the other end of a connection, as far as the handshake tells.
 *
 * @param protocol the version of TLS, such as {@code TLSv1.3}
 * @param applicationProtocol what ALPN settled: {@code h2} or {@code http/1.1}; the latter too where the caller named nothing
 * @param certificates what the caller proved to own, leaf first, checked against the client CA and the revocation lists; empty
 *     where it showed none
 * @param door the name of the listener it came in by
 */
public record Peer(
        InetAddress address,
        int port,
        String protocol,
        String applicationProtocol,
        List<X509Certificate> certificates,
        String door) {

    /** Copies the list. */
    public Peer {
        Objects.requireNonNull(address);
        Objects.requireNonNull(protocol);
        Objects.requireNonNull(applicationProtocol);
        Objects.requireNonNull(door);
        certificates = List.copyOf(certificates);
    }

    /** The caller's own certificate. */
    public Optional<X509Certificate> certificate() {
        return certificates.isEmpty() ? Optional.empty() : Optional.of(certificates.getFirst());
    }
}
