package dev.pavise.runner.egress;

import dev.pavise.policy.tool.ResourceGrant;
import dev.pavise.policy.tool.ResourceGrant.Endpoint;
import dev.pavise.runner.egress.Judgement.Denied;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * Where one run may go: to the hosts and ports of its manifest. A name counts only if every address that it has is one of a host on the
 * public internet ({@link AddressClasses}), or is itself named in the manifest, with that port; so that whoever answers for a name
 * cannot point it at this machine or its neighbours. It resolves once, and what it looked at is what is connected to: there is no second
 * look-up that could say something else. An address that the manifest names is connected to as it stands; which of them a manifest may
 * name is for its policy to say.
 */
public final class Destinations {
    private final Set<Endpoint> allowed;
    private final Resolver resolver;

    private Destinations(Set<Endpoint> allowed, Resolver resolver) {
        this.allowed = Set.copyOf(allowed);
        this.resolver = resolver;
    }

    /** Those of a manifest, each as {@code host:port}; throws {@link IllegalArgumentException} where one of them is none. */
    public static Destinations of(List<String> hosts, Resolver resolver) {
        Set<Endpoint> allowed = new LinkedHashSet<>();
        hosts.forEach(host -> allowed.add(endpoint(host)));
        return new Destinations(allowed, resolver);
    }

    private static Endpoint endpoint(String hostAndPort) {
        if (ResourceGrant.parse("net:" + hostAndPort) instanceof Endpoint endpoint) {
            return endpoint;
        }
        throw new IllegalArgumentException("it is no host and port");
    }

    /** Judges what a tool asks for, {@code host:port} as it wrote it. */
    Judgement judge(String target, Duration within) throws InterruptedException {
        Endpoint endpoint;
        try {
            endpoint = endpoint(target);
        } catch (IllegalArgumentException e) {
            return new Denied(null, null, Denial.malformed("the request line names no host and port"));
        }
        if (!allowed.contains(endpoint)) {
            return new Denied(
                    endpoint,
                    null,
                    Denial.refused(403, "http_request_denied", place(endpoint) + " is not in the tool's manifest"));
        }
        Optional<InetAddress> literal = literal(endpoint.host());
        return literal.isPresent()
                ? new Judgement.Reachable(endpoint, List.of(literal.get()))
                : resolved(endpoint, within);
    }

    private Judgement resolved(Endpoint endpoint, Duration within) throws InterruptedException {
        List<InetAddress> addresses;
        try {
            addresses = resolver.resolve(endpoint.host(), within);
        } catch (UnknownHostException e) {
            addresses = List.of();
        } catch (TimeoutException e) {
            return new Denied(
                    endpoint, null, Denial.failed(504, "dns_timeout", endpoint.host() + " was not found in time"));
        }
        if (addresses.isEmpty()) {
            return new Denied(endpoint, null, Denial.failed(502, "dns_error", endpoint.host() + " cannot be found"));
        }
        for (InetAddress address : addresses) {
            Optional<String> kind = AddressClasses.notPublic(address);
            if (kind.isPresent() && !isNamed(address, endpoint.port())) {
                return new Denied(
                        endpoint,
                        address,
                        Denial.refused(
                                403,
                                "destination_ip_prohibited",
                                endpoint.host() + " leads to an address that is " + kind.get()
                                        + ", and the manifest does not name it"));
            }
        }
        return new Judgement.Reachable(endpoint, addresses);
    }

    private boolean isNamed(InetAddress address, int port) {
        return allowed.stream()
                .anyMatch(named -> named.port() == port
                        && literal(named.host()).filter(address::equals).isPresent());
    }

    static String place(Endpoint endpoint) {
        return endpoint.host() + ":" + endpoint.port();
    }

    // A name's last label is no number, so that nothing else is digits and dots alone.
    private static Optional<InetAddress> literal(String host) {
        if (host.startsWith("[")) {
            return Optional.of(InetAddress.ofLiteral(host.substring(1, host.length() - 1)));
        }
        return host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))
                ? Optional.of(InetAddress.ofLiteral(host))
                : Optional.empty();
    }

    // As a manifest spells it; without the interface that a link-local one may come with.
    static String spelled(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        String plain = zone < 0 ? text : text.substring(0, zone);
        return address instanceof Inet6Address ? "[" + plain + "]" : plain;
    }
}
