package dev.pavise.proxy.server;

import dev.pavise.proxy.config.HostPort;
import dev.pavise.proxy.http.AllowedHosts;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * How a client on this machine reaches a door and by what name it has to call it, so that the certificate proves that name and the
 * gateway answers to it.
 */
final class OwnName {
    private OwnName() {}

    /** The address to connect to: a door on all addresses is reached by loopback. */
    static HostPort connect(InetSocketAddress bound) {
        InetAddress address = bound.getAddress();
        if (!address.isAnyLocalAddress()) {
            return new HostPort(NetUtil.toAddressString(address), bound.getPort());
        }
        return new HostPort(address instanceof Inet6Address ? "::1" : "127.0.0.1", bound.getPort());
    }

    /**
     * The name, with the door's port: the address itself or {@code localhost} where they are good, else the certificate's first name
     * that is. Where there is none the address, which will not be proven.
     *
     * @param certificateNames as {@link dev.pavise.proxy.tls.CertificateFacts#names} gives them
     */
    static HostPort name(HostPort connect, List<String> certificateNames, AllowedHosts hosts) {
        List<String> candidates = new ArrayList<>();
        if (certificateNames.contains(connect.host())) {
            candidates.add(connect.host());
        }
        if (connect.loopback() && certificateNames.contains("localhost")) {
            candidates.add("localhost");
        }
        certificateNames.forEach(name -> candidates.add(name.startsWith("*.") ? "pavise" + name.substring(1) : name));
        String chosen = candidates.stream()
                .filter(name -> hosts.allows(name.indexOf(':') >= 0 ? "[" + name + "]" : name))
                .findFirst()
                .orElse(connect.host());
        return new HostPort(chosen, connect.port());
    }
}
