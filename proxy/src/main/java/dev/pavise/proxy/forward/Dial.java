package dev.pavise.proxy.forward;

import dev.pavise.proxy.forward.UpstreamSecurity.Plain;
import dev.pavise.proxy.forward.UpstreamSecurity.Secured;

/** Which protocol a new connection is to speak. */
enum Dial {
    HTTP1,
    HTTP2,
    /** What ALPN settles. */
    NEGOTIATED;

    static Dial of(UpstreamProtocol protocol, UpstreamSecurity security, boolean http1Only) {
        if (http1Only) {
            return HTTP1;
        }
        return switch (protocol) {
            case HTTP1 -> HTTP1;
            case HTTP2 -> HTTP2;
            case AUTO ->
                switch (security) {
                    case Plain() -> HTTP1;
                    case Secured secured -> NEGOTIATED;
                };
        };
    }
}
