package dev.pavise.proxy.http;

import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names under which the gateway answers (promise P11), so that a page which rebinds its name to our address, or a client which makes
 * a name up, gets nowhere. An empty list allows nothing.
 */
public final class AllowedHosts {
    private final Set<String> hosts;
    private final String[] suffixes;

    private AllowedHosts(Set<String> hosts, Set<String> suffixes) {
        this.hosts = Set.copyOf(hosts);
        this.suffixes = suffixes.toArray(String[]::new);
    }

    /**
     * Reads the list.
     *
     * @param patterns host names, {@code *.name} for exactly one more label, and address literals (IPv6 with or without brackets)
     * @throws IllegalArgumentException if one of them is none of these
     */
    public static AllowedHosts of(Collection<String> patterns) {
        Set<String> hosts = new HashSet<>();
        Set<String> suffixes = new HashSet<>();
        for (String pattern : patterns) {
            String name = pattern.startsWith("*.") ? pattern.substring(2) : pattern;
            String host = normal(name);
            boolean wildcard = name.length() < pattern.length();
            if (host == null || (wildcard && isAddress(host))) {
                throw new IllegalArgumentException(
                        "hosts: '" + pattern
                                + "' is neither a host name nor an address; write a name without port, '*.' and a name, or an address");
            }
            if (wildcard) {
                suffixes.add("." + host);
            } else {
                hosts.add(host);
            }
        }
        return new AllowedHosts(hosts, suffixes);
    }

    /** Whether {@code host}, as {@link RequestHead#host()} gives it, is listed. */
    public boolean allows(String host) {
        if (hosts.contains(host)) {
            return true;
        }
        int dot = host.indexOf('.');
        for (String suffix : suffixes) {
            if (dot > 0 && host.length() - dot == suffix.length() && host.endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String normal(String name) {
        String literal = name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name;
        byte[] bytes = literal.getBytes(StandardCharsets.UTF_8);
        return AuthorityReader.host(bytes, 0, bytes.length);
    }

    private static boolean isAddress(String host) {
        return host.startsWith("[") || NetUtil.isValidIpV4Address(host);
    }
}
