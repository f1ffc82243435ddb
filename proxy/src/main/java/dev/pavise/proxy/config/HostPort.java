package dev.pavise.proxy.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/**
 * An address to listen at: an IP address or a name, and a port. Port 0 asks the system for a free one.
 *
 * @param host without brackets, also for IPv6
 */
public record HostPort(String host, int port) {

    /** Checks the range of the port. */
    public HostPort {
        Objects.requireNonNull(host);
        if (host.isEmpty()) throw new IllegalArgumentException("a host cannot be empty");
        if (port < 0 || port > 65_535) throw new IllegalArgumentException("a port lies between 0 and 65535");
    }

    /** Whether only this machine can reach it: a loopback address literal, or {@code localhost}. Any other name counts as open. */
    public boolean loopback() {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal == null) return host.equalsIgnoreCase("localhost");
        try {
            return InetAddress.getByAddress(literal).isLoopbackAddress();
        } catch (UnknownHostException impossible) {
            return false;
        }
    }

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
