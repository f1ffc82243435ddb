package dev.pavise.proxy.forward;

/**
 * One address that serves an upstream: one url of it.
 *
 * @param host name or address literal (IPv6 without brackets); names are looked up off the event loops, at each connect
 */
public record UpstreamEndpoint(String host, int port, UpstreamSecurity security) {
    public UpstreamEndpoint {
        if (host.isEmpty() || port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "endpoint `" + host + ":" + port + "` needs a host and a port from 1 to 65535");
        }
    }

    /** How the endpoint is called in logs and metrics. */
    public String label() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
