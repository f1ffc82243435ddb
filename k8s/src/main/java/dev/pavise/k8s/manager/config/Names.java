package dev.pavise.k8s.manager.config;

import dev.pavise.k8s.act.Target;
import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import dev.pavise.proxy.config.HostPort;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values that name things of a cluster. */
final class Names {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    private static final String SUBDOMAIN = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";
    private static final String QUALIFIED =
            "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
    private static final String VALUE = "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?";
    private static final Pattern HOST_PORT = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]\\s]+):([0-9]{1,5})");
    private static final Pattern PAIR = Pattern.compile("(" + LABEL + ")/(" + SUBDOMAIN + ")");

    private Names() {}

    static Shape<String> namespace() {
        return Scalars.matching("the name of a namespace", LABEL);
    }

    static Shape<String> object(String kind) {
        return Scalars.matching("the name of a " + kind, SUBDOMAIN);
    }

    static Shape<Map<String, String>> labels() {
        return Shapes.named(
                Scalars.matching("the key of a label", QUALIFIED), Scalars.matching("the value of a label", VALUE));
    }

    /** Something in a namespace, of this kind. */
    static Shape<Target> inNamespace(String kind) {
        return Scalars.scalar("a " + kind + " as <namespace>/<name>", PAIR.pattern(), text -> {
            Matcher matcher = PAIR.matcher(text);
            if (!matcher.matches()) {
                throw new BadValueException("");
            }
            return new Target(kind, matcher.group(1), matcher.group(3));
        });
    }

    static Shape<HostPort> hostPort() {
        return Scalars.scalar("host:port, such as 0.0.0.0:8443 or [::1]:8443", HOST_PORT.pattern(), text -> {
            Matcher matcher = HOST_PORT.matcher(text);
            int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : -1;
            if (port < 0 || port > 65_535) {
                throw new BadValueException("");
            }
            String host = matcher.group(1);
            return new HostPort(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
        });
    }
}
