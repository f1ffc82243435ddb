package dev.pavise.runner.config;

import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Shape;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address to listen at. Port 0 asks the system for a free one. The host has no brackets, also for IPv6. */
public record Endpoint(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]\\s]+):([0-9]{1,5})");

    static Shape<Endpoint> shape() {
        return Scalars.scalar("host:port, such as 127.0.0.1:8444 or [::1]:8444", FORM.pattern(), text -> {
            Matcher matcher = FORM.matcher(text);
            int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : -1;
            if (port < 0 || port > 65_535) {
                throw new BadValueException("");
            }
            String host = matcher.group(1);
            return new Endpoint(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
        });
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
