package dev.pavise.proxy.forward;

/** Which HTTP an upstream is spoken to in. A protocol switch (WebSocket) always goes over HTTP/1.1, on a connection of its own. */
public enum UpstreamProtocol {
    /** HTTP/2 or HTTP/1.1 as ALPN settles it; HTTP/1.1 where the connection has no TLS. */
    AUTO,
    HTTP1,
    /** By ALPN, and the connection fails where the upstream does not agree; with prior knowledge (RFC 9113, 3.3) where it has no TLS. */
    HTTP2
}
