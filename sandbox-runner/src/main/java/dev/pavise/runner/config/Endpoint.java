package dev.pavise.runner.config;

import java.net.InetSocketAddress;

/** An address to listen at. Port 0 asks the system for a free one. The host has no brackets, also for IPv6. */
public record Endpoint(String host, int port) {
    /** The socket address; a name is looked up. */
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(host, port);
    }

    /** The form {@code host:port}, with brackets around IPv6. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
