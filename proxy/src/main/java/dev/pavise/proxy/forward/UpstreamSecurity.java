package dev.pavise.proxy.forward;

import io.netty.handler.ssl.SslContext;

/** How a connection to an upstream is protected. */
public sealed interface UpstreamSecurity {
    /** No TLS: the upstream's url begins with {@code http:}. */
    record Plain() implements UpstreamSecurity {}

    /**
     * TLS. Whatever the contexts say, the upstream's certificate must name {@code serverName}: that check is put on each connection here.
     *
     * @param negotiating offers by ALPN what the upstream's {@link UpstreamProtocol} allows
     * @param http1 offers {@code http/1.1} alone, for protocol switches
     * @param serverName sent as SNI and looked for in the certificate: host of the url unless configured otherwise
     */
    record Secured(SslContext negotiating, SslContext http1, String serverName) implements UpstreamSecurity {}
}
