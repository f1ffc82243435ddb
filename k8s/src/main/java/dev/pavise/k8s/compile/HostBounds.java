package dev.pavise.k8s.compile;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where resources may send requests: to the services of their own namespace, and to hosts that the operator lists. Never to loopback, to link-local
 * addresses or to none at all, listed or not: there are the gateway's own doors, and the metadata of the cloud.
 *
 * <p>It judges the host as it is written. A Service can itself stand for a name elsewhere (ExternalName); what such a name leads to is as near to the
 * pod's own containers as it is to the gateway.
 */
final class HostBounds {
    private static final Pattern LOOKS_LIKE_ADDRESS =
            Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*|[0-9.]+|0[xX][0-9a-fA-F.xX]+");
    private static final Set<String> NAMES_OF_HERE = Set.of("localhost", "metadata", "metadata.google.internal");

    private final String namespace;
    private final List<String> listed;

    HostBounds(String namespace, List<String> listed) {
        this.namespace = namespace;
        this.listed = listed.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    }

    void check(String field, @Nullable Object said, Problems problems) {
        String host = said instanceof String text ? host(text) : null;
        if (host == null) {
            problems.invalid(field, "is no URL such as http://name." + namespace + ".svc:8080");
        } else if (isHere(host)) {
            problems.notAllowed(
                    field,
                    "leads to loopback, to link-local or to metadata of the machine; the pod's own application is upstream `app`");
        } else if (!isService(host) && listed.stream().noneMatch(pattern -> matches(pattern, host))) {
            problems.notAllowed(
                    field,
                    "`" + shown(host) + "` is no service of this namespace (`name." + namespace
                            + ".svc`), and not among the operator's `injection.resources.hosts`");
        }
    }

    private static @Nullable String host(String url) {
        try {
            String host = new URI(url).getHost();
            if (host == null || host.isEmpty()) return null;
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return bare.toLowerCase(Locale.ROOT);
        } catch (URISyntaxException unfit) {
            return null;
        }
    }

    private boolean isService(String host) {
        for (String end : List.of("." + namespace + ".svc", "." + namespace + ".svc.cluster.local")) {
            if (!host.endsWith(end)) continue;
            String name = host.substring(0, host.length() - end.length());
            return !name.isEmpty() && name.chars().allMatch(each -> Character.isLetterOrDigit(each) || each == '-');
        }
        return false;
    }

    private static boolean isHere(String host) {
        if (NAMES_OF_HERE.contains(host) || host.endsWith(".localhost")) return true;
        if (!LOOKS_LIKE_ADDRESS.matcher(host).matches()) return false;
        try {
            InetAddress address = InetAddress.ofLiteral(host);
            return address.isLoopbackAddress()
                    || address.isLinkLocalAddress()
                    || address.isAnyLocalAddress()
                    || address.isMulticastAddress()
                    || address.getHostAddress().equals("fd00:ec2:0:0:0:0:0:254");
        } catch (IllegalArgumentException odd) {
            return true; // what may be read as an address in more than one way is none that can be judged
        }
    }

    private static boolean matches(String pattern, String host) {
        if (!pattern.startsWith("*.")) return pattern.equals(host);
        int dot = host.indexOf('.');
        return dot > 0 && host.substring(dot).equals(pattern.substring(1));
    }

    private static String shown(String host) {
        return host.length() > 80 ? host.substring(0, 80) + "..." : host;
    }
}
