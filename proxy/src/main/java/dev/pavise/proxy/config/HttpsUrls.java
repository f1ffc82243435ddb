package dev.pavise.proxy.config;

import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Shape;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** URLs of https alone: nothing that identities rest on is asked for in the clear. */
final class HttpsUrls {

    private static final int USUAL_PORT = 443;
    private static final Pattern URL = Pattern.compile("https://([^/?#]*)([^#]*)");

    private HttpsUrls() {}

    /** With any path and query; without a user and a fragment. */
    static Shape<URI> url() {
        return Scalars.scalar("an https URL, such as https://id.example/jwks", "https://[^/?#@\\s]+.*", HttpsUrls::url);
    }

    static URI url(String text) throws BadValueException {
        Matcher matcher = URL.matcher(text);
        if (!matcher.matches()) throw new BadValueException("it is not an https URL without a fragment");
        if (matcher.group(1).indexOf('@') >= 0) throw new BadValueException("credentials do not belong in a URL");
        HostPort at = hostPort(matcher.group(1));
        try {
            URI url = new URI("https://" + shown(at) + matcher.group(2));
            if (url.getHost() == null) throw new BadValueException("its host is no host of a URL");
            return url;
        } catch (URISyntaxException malformed) {
            throw new BadValueException("its path or query is malformed");
        }
    }

    /** Scheme, host and port, and nothing behind. */
    static Shape<String> origin() {
        return Scalars.scalar("an https origin, such as https://gw.example", "https://[^/?#@\\s]+", text -> {
            Matcher matcher = URL.matcher(text);
            if (!matcher.matches() || !matcher.group(2).isEmpty()) throw new BadValueException("");
            return "https://" + shown(hostPort(matcher.group(1)));
        });
    }

    /** A host, with the port of https where none is given, as {@code host:port}. */
    static Shape<String> hostAndPort() {
        return Scalars.scalar(
                "a host, perhaps with a port",
                "[^/?#@\\s]+",
                text -> hostPort(text).toString());
    }

    private static HostPort hostPort(String text) throws BadValueException {
        Matcher authority = Addresses.AUTHORITY.matcher(text);
        if (!authority.matches()) throw new BadValueException("the host is missing or malformed");
        int port = authority.group(2) == null ? USUAL_PORT : Addresses.port(authority.group(2), 1);
        return new HostPort(Addresses.host(authority.group(1)), port);
    }

    private static String shown(HostPort at) {
        String all = at.toString();
        return at.port() == USUAL_PORT ? all.substring(0, all.lastIndexOf(':')) : all;
    }
}
