package dev.pavise.policy.tool;

import dev.pavise.policy.Quoted;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which hosts can be named, and in which one way each is written. Resolves nothing. */
final class GrantHost {
    private static final int MAX_NAME = 253;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern NUMERIC = Pattern.compile("[0-9]+|0x[0-9a-f]*");

    private GrantHost() {}

    /** The one spelling of a host; throws {@link IllegalArgumentException} where it is none. */
    static String normal(String host) {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("it names no host");
        }
        if (host.indexOf('*') >= 0) {
            throw new IllegalArgumentException("there are no wildcards, name each host");
        }
        // Before anything is put in lower case: some letters of other alphabets have a lower case in this one.
        if (!host.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("a host has ASCII letters only, write other names in Punycode");
        }
        String normal = host.startsWith("[") ? bracketed(host) : named(host.toLowerCase(Locale.ROOT));
        address(normal).ifPresent(GrantHost::checkAddress);
        return normal;
    }

    /** The address that a normal host is, where it is no name. */
    static Optional<InetAddress> address(String normal) {
        if (normal.startsWith("[")) {
            return Optional.of(Inet6Address.ofLiteral(normal.substring(1, normal.length() - 1)));
        }
        return IPV4.matcher(normal).matches() ? Optional.of(Inet4Address.ofLiteral(normal)) : Optional.empty();
    }

    private static String bracketed(String host) {
        if (!host.endsWith("]") || host.indexOf('%') >= 0) {
            throw new IllegalArgumentException("it is no IPv6 address in brackets");
        }
        try {
            InetAddress address = Inet6Address.ofLiteral(host.substring(1, host.length() - 1));
            if (address instanceof Inet6Address) {
                return "[" + address.getHostAddress() + "]";
            }
        } catch (IllegalArgumentException notAddress) {
            throw new IllegalArgumentException("it is no IPv6 address in brackets", notAddress);
        }
        throw new IllegalArgumentException("it is an IPv4 address in the clothes of IPv6, write it plainly");
    }

    private static String named(String host) {
        if (IPV4.matcher(host).matches()) {
            return host;
        }
        if (host.length() > MAX_NAME) {
            throw new IllegalArgumentException("the name has more than " + MAX_NAME + " characters");
        }
        String[] labels = host.split("\\.", -1);
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException(
                        "`" + Quoted.of(label)
                                + "` is no label of a host name, use letters, digits and inner hyphens, and brackets around IPv6");
            }
        }
        // Some programs read such a name as an address: 127.1, 0x7f.1, 2130706433.
        if (NUMERIC.matcher(labels[labels.length - 1]).matches()) {
            throw new IllegalArgumentException("it is a number but no IPv4 address, write four numbers from 0 to 255");
        }
        return host;
    }

    private static void checkAddress(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isMulticastAddress() || isBroadcast(address)) {
            throw new IllegalArgumentException("the address is not that of one host");
        }
    }

    private static boolean isBroadcast(InetAddress address) {
        return address.getHostAddress().equals("255.255.255.255");
    }
}
