package dev.pavise.policy.tool;

import dev.pavise.policy.Quoted;
import java.util.regex.Pattern;

/**
 * One thing outside the sandbox that a manifest asks for: files beneath a path, one port of one host, or a secret. Text
 * forms: {@code fs:ro:/path}, {@code fs:rw:/path}, {@code net:host:port}, {@code secret:name}; a bare {@code /path} is read-only, a bare
 * {@code host} means port 443.
 *
 * <p>The grammar has one reading: paths are absolute and normalised, hosts are names of letters, digits and hyphens
 * (RFC 1123) or literal addresses, and there are no wildcards. It looks at text alone: that no symbolic link leads
 * elsewhere, and that a name does not resolve to an address that is nobody's business, is for whoever carries the grant out.
 */
public sealed interface ResourceGrant {
    /** The full form; parsing it gives an equal grant. */
    String text();

    /** A file, or a folder with all that is in it. */
    record Files(String path, boolean writable) implements ResourceGrant {
        public Files {
            GrantPath.check(path);
        }

        /** Whether this gives all that the other asks for. */
        public boolean covers(Files other) {
            return (writable || !other.writable) && GrantPath.isWithin(other.path, path);
        }

        @Override
        public String text() {
            return (writable ? "fs:rw:" : "fs:ro:") + path;
        }
    }

    /**
     * One port of one host.
     *
     * @param host a name in lower case, an IPv4 address, or an IPv6 address in brackets, written out as Java writes it
     */
    record Endpoint(String host, int port) implements ResourceGrant {
        /** The port of a host that stands alone. */
        public static final int DEFAULT_PORT = 443;

        public Endpoint {
            host = GrantHost.normal(host);
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("port " + port + " is none, use 1 to 65535");
            }
        }

        @Override
        public String text() {
            return "net:" + host + ":" + port;
        }
    }

    /**
     * A secret that the gateway keeps, by its name. Whoever has the tool run needs the permission of the same text.
     *
     * @param name also that of the file in which the tool finds it
     */
    record Secret(String name) implements ResourceGrant {
        /** The folder in which a tool finds its secrets, each as a file. */
        public static final String FOLDER = "/run/secrets";

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

        public Secret {
            if (!isName(name)) {
                throw new IllegalArgumentException(
                        "the name of a secret is 1 to 64 letters, digits and `.`, `_`, `-`, and begins with none of `.` and `-`");
            }
        }

        /** Whether a secret can be called so. */
        public static boolean isName(String name) {
            return NAME.matcher(name).matches();
        }

        @Override
        public String text() {
            return "secret:" + name;
        }
    }

    /** Reads one grant, or throws {@link IllegalArgumentException} with a message that names it and the way out. */
    static ResourceGrant parse(String text) {
        try {
            if (text.startsWith("fs:ro:")) {
                return new Files(text.substring(6), false);
            }
            if (text.startsWith("fs:rw:")) {
                return new Files(text.substring(6), true);
            }
            if (text.startsWith("fs:")) {
                throw new IllegalArgumentException("write `fs:ro:/path` or `fs:rw:/path`");
            }
            if (text.startsWith("net:")) {
                return endpoint(text.substring(4));
            }
            if (text.startsWith("secret:")) {
                return new Secret(text.substring(7));
            }
            return text.startsWith("/") ? new Files(text, false) : new Endpoint(text, Endpoint.DEFAULT_PORT);
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException(
                    "resource `" + Quoted.of(text) + "` cannot be granted: " + unfit.getMessage(), unfit);
        }
    }

    private static Endpoint endpoint(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("it has no port, write `net:host:port`");
        }
        String port = hostAndPort.substring(colon + 1);
        boolean plain = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!plain || port.startsWith("0")) {
            throw new IllegalArgumentException("its port is no number from 1 to 65535");
        }
        return new Endpoint(hostAndPort.substring(0, colon), Integer.parseInt(port));
    }
}
