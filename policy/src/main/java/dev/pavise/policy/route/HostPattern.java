package dev.pavise.policy.route;

import dev.pavise.policy.Quoted;
import java.util.Locale;

/**
 * A host name, or {@code *.} and a host name, where the star stands for exactly one label. Compared with the normal form
 * of a host: lower case, no port, no dot at the end, an IPv6 address in brackets.
 */
public record HostPattern(String text) {
    private static final int MAX_LENGTH = 253;

    public HostPattern {
        text = text.toLowerCase(Locale.ROOT);
        String name = text.startsWith("*.") ? text.substring(2) : text;
        if (name.length() > MAX_LENGTH || !(isName(name) || isAddress(text))) {
            throw new IllegalArgumentException("host `" + Quoted.of(text)
                    + "` is unfit, write a name, an address, or `*.` and a name, without a port");
        }
    }

    /** Whether the pattern stands for one label and the rest. */
    public boolean isWildcard() {
        return text.startsWith("*.");
    }

    /** Whether the host, in normal form, is of this pattern. */
    public boolean matches(String host) {
        if (!isWildcard()) {
            return host.equals(text);
        }
        int dot = host.indexOf('.');
        return dot > 0 && host.length() - dot == text.length() - 1 && host.startsWith(text.substring(1), dot);
    }

    private static boolean isName(String name) {
        return name.matches("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    }

    private static boolean isAddress(String text) {
        return text.matches("\\[[0-9a-f:.]+]");
    }

    @Override
    public String toString() {
        return text;
    }
}
