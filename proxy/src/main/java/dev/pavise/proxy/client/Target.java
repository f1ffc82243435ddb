package dev.pavise.proxy.client;

import dev.pavise.proxy.config.HostPort;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a gateway is: the name that its certificate has to hold and that it answers to, and the address to connect to, which may be
 * another, as a gateway on this machine is reached by loopback whatever its name leads to.
 *
 * @param name host and port, as they stand in the URL
 */
public record Target(HostPort name, HostPort connect) {
    private static final int HTTPS = 443;

    /**
     * Reads {@code https://HOST[:PORT]}.
     *
     * @throws IllegalArgumentException where the text is anything else: there is no way to talk to a gateway in the clear
     */
    public static Target of(String url) {
        HostPort name = name(url);
        return new Target(name, name);
    }

    /** The same name, reached elsewhere; null changes nothing. */
    Target at(@Nullable HostPort address) {
        return address == null ? this : new Target(name, address);
    }

    private static HostPort name(String url) {
        URI read;
        try {
            read = URI.create(url);
        } catch (IllegalArgumentException unfit) {
            throw unfit(url);
        }
        String path = read.getRawPath();
        boolean bare = (path == null || path.isEmpty() || path.equals("/"))
                && read.getRawQuery() == null
                && read.getRawFragment() == null
                && read.getRawUserInfo() == null;
        String host = read.getHost();
        if (!"https".equalsIgnoreCase(read.getScheme()) || host == null || host.isEmpty() || !bare) {
            throw unfit(url);
        }
        String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new HostPort(literal, read.getPort() < 0 ? HTTPS : read.getPort());
    }

    private static IllegalArgumentException unfit(String url) {
        return new IllegalArgumentException("`" + url + "` is not a gateway's URL, write https://HOST:PORT");
    }

    /** The URL. */
    @Override
    public String toString() {
        return "https://" + name;
    }
}
