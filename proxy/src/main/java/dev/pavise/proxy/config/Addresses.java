package dev.pavise.proxy.config;

import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Shape;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values that name hosts: addresses to listen at, names to answer to, origins, upstream URLs, address ranges. Never looks a name up. */
final class Addresses {

    private static final String LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final Pattern LOOKS_LIKE_IPV4 = Pattern.compile("(?:.*\\.)?[0-9]+");
    private static final Pattern HOST_PORT = Pattern.compile("(\\[[^\\]]*\\]|[^:\\[\\]]*):([0-9]{1,5})");
    static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\]]*\\]|[^:\\[\\]/?#@]+)(?::([0-9]{1,5}))?");
    private static final Pattern URL = Pattern.compile("(https?)://([^/?#]*)(.*)");
    private static final Pattern PLAIN_PATH = Pattern.compile("(?:/[A-Za-z0-9._~-]+)+/?");
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1");
    private static final Pattern ORIGIN = Pattern.compile("([a-z][a-z0-9+.-]*)://([^/?#]*)");
    private static final Pattern RANGE = Pattern.compile("([0-9A-Fa-f:.]+)/([0-9]{1,3})");

    private Addresses() {}

    static Shape<HostPort> hostPort() {
        return Scalars.scalar("host:port, such as 0.0.0.0:8443 or [::1]:8443", ".+:[0-9]+", text -> {
            Matcher matcher = HOST_PORT.matcher(text);
            if (!matcher.matches()) throw new BadValueException("");
            return new HostPort(host(matcher.group(1)), port(matcher.group(2), 0));
        });
    }

    /** A name that is answered to: exact, a wildcard of one label, or an IP address. In lower case. */
    static Shape<String> hostPattern() {
        String expected = "a host name without port, *.example.com for one label in front, or an IP address";
        return Scalars.scalar(expected, "[^/@\\s]+", text -> {
            boolean wildcard = text.startsWith("*.");
            String rest = wildcard ? text.substring(2) : text;
            String host = host(rest.indexOf(':') >= 0 && !rest.startsWith("[") ? "[" + rest + "]" : rest);
            if (wildcard && NetUtil.isValidIpV4Address(host)) throw new BadValueException("an address has no labels");
            if (wildcard && host.indexOf(':') >= 0) throw new BadValueException("an address has no labels");
            return wildcard ? "*." + host : host;
        });
    }

    /** An exact name or address, as a certificate is checked against. */
    static Shape<String> serverName() {
        return Scalars.scalar("a host name or an IP address", "[^/@\\s*]+", Addresses::host);
    }

    /** A browser origin (RFC 6454) as browsers send it: the usual port left out. */
    static Shape<String> origin() {
        String expected = "an origin such as https://app.example.com, without a path";
        return Scalars.scalar(expected, "[A-Za-z][A-Za-z0-9+.-]*://[^/?#]+", text -> {
            Matcher matcher = ORIGIN.matcher(text.toLowerCase(Locale.ROOT));
            if (!matcher.matches()) throw new BadValueException("");
            String scheme = matcher.group(1);
            Matcher authority = AUTHORITY.matcher(matcher.group(2));
            if (!authority.matches()) throw new BadValueException("");
            String host = host(authority.group(1));
            int usual = scheme.equals("https") ? 443 : scheme.equals("http") ? 80 : -1;
            int port = authority.group(2) == null ? usual : port(authority.group(2), 1);
            String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            return scheme + "://" + (port == usual ? shown : shown + ":" + port);
        });
    }

    static Shape<UpstreamConfig.Url> upstreamUrl() {
        String expected = "a URL such as http://127.0.0.1:9000 or https://runtime.example, without path, query or user";
        return Scalars.scalar(expected, "https?://[^/?#@]+/?", text -> {
            Matcher matcher = URL.matcher(text);
            if (!matcher.matches()) throw new BadValueException("");
            if (!matcher.group(3).isEmpty() && !matcher.group(3).equals("/")) {
                throw new BadValueException("a base path, query or fragment is not supported");
            }
            if (matcher.group(2).indexOf('@') >= 0) throw new BadValueException("credentials do not belong in a URL");
            Matcher authority = AUTHORITY.matcher(matcher.group(2));
            if (!authority.matches()) throw new BadValueException("");
            boolean secure = matcher.group(1).equals("https");
            int port = authority.group(2) == null ? (secure ? 443 : 80) : port(authority.group(2), 1);
            return new UpstreamConfig.Url(secure, host(authority.group(1)), port);
        });
    }

    /** The address of a decision: https, or http to loopback, with a path. Never with a user, and with no query, which is ours to send. */
    static Shape<URI> decisionUrl() {
        String expected = "a URL such as https://opa.example:8181/v1/data/pavise/allow, or http://127.0.0.1:8181/...";
        return Scalars.scalar(expected, "https?://[^/?#@]+/[^?#]+", text -> asked(text, false));
    }

    /** The address of a witness: https, or http to loopback, with a path or none; a slash at its end is left out. */
    static Shape<URI> witnessUrl() {
        String expected = "a URL such as https://witness.example/log, or http://127.0.0.1:8080";
        return Scalars.scalar(
                expected, "https?://[^/?#@]+(/[^?#]*)?", text -> asked(text.replaceFirst("/$", ""), true));
    }

    private static URI asked(String text, boolean mayLackPath) throws BadValueException {
        Matcher matcher = URL.matcher(text);
        if (!matcher.matches()) throw new BadValueException("");
        if (matcher.group(2).indexOf('@') >= 0) throw new BadValueException("credentials do not belong in a URL");
        Matcher authority = AUTHORITY.matcher(matcher.group(2));
        if (!authority.matches()) throw new BadValueException("");
        String path = matcher.group(3);
        if (!(mayLackPath && path.isEmpty()) && !PLAIN_PATH.matcher(path).matches()) {
            throw new BadValueException("it needs a plain path, without query and fragment");
        }
        String host = host(authority.group(1));
        boolean secure = matcher.group(1).equals("https");
        if (!secure && !LOOPBACK.contains(host)) {
            throw new BadValueException("only loopback, 127.0.0.1 or [::1], may be asked without TLS");
        }
        int port = authority.group(2) == null ? -1 : port(authority.group(2), 1);
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return URI.create(matcher.group(1) + "://" + (port < 0 ? shown : shown + ":" + port) + path);
    }

    static Shape<AddressRange> range() {
        return Scalars.scalar("a range of addresses such as 10.0.0.0/8 or fd00::/8", RANGE.pattern(), text -> {
            Matcher matcher = RANGE.matcher(text);
            if (!matcher.matches()) throw new BadValueException("");
            byte[] bytes = NetUtil.createByteArrayFromIpAddressString(matcher.group(1));
            if (bytes == null) throw new BadValueException("");
            try {
                return new AddressRange(InetAddress.getByAddress(bytes), Integer.parseInt(matcher.group(2)));
            } catch (UnknownHostException | IllegalArgumentException e) {
                throw new BadValueException("the prefix is too long, or bits are set behind it");
            }
        });
    }

    /** A host without brackets: a name in lower case, an address in its one form (RFC 5952). What looks like an IPv4 address has to be one. */
    static String host(String text) throws BadValueException {
        if (text.startsWith("[") && text.endsWith("]")) {
            String inner = text.substring(1, text.length() - 1);
            if (!NetUtil.isValidIpV6Address(inner) || inner.indexOf('%') >= 0) {
                throw new BadValueException("not an IPv6 address");
            }
            return NetUtil.toAddressString(InetAddress.ofLiteral(inner));
        }
        if (NetUtil.isValidIpV4Address(text)) return text;
        if (text.isEmpty()) throw new BadValueException("the host is missing");
        boolean name = text.length() <= 253 && NAME.matcher(text).matches();
        if (!name || LOOKS_LIKE_IPV4.matcher(text).matches()) {
            throw new BadValueException("not a host name; names beyond ASCII are written in their xn-- form");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    static int port(String text, int least) throws BadValueException {
        int port = Integer.parseInt(text);
        if (port < least || port > 65_535) throw new BadValueException("a port lies between " + least + " and 65535");
        return port;
    }
}
