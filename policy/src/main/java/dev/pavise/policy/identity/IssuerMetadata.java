package dev.pavise.policy.identity;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.json.StrictJson;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What an issuer's metadata says of where its keys are (OpenID Connect Discovery 1.0, section 4.2; RFC 8414 has the same members).
 *
 * <p>Guarantees, against whoever can change that one document: the issuer is exactly the expected one (section 4.3), and the place of its keys is
 * https on the issuer's own host or one that the configuration lists, so that nobody is led to an address of their choice.
 */
public final class IssuerMetadata {
    private static final int LONGEST_URL = 2048;
    private static final int HTTPS = 443;

    private IssuerMetadata() {}

    /** What a document came to. */
    public sealed interface Reading {
        record Read(URI jwks) implements Reading {}

        /**
         * It is not what it must be.
         *
         * @param why one line, bounded and without control characters, as the document was written by others
         */
        record Unfit(String why) implements Reading {}
    }

    /**
     * Reads a document. Whatever its bytes are, it throws nothing.
     *
     * @param issuer what {@code issuer} must be, to the letter
     * @param location where the issuer is
     * @param hosts besides its own, the hosts that its keys may be on, as {@code host:port}
     */
    public static Reading read(byte[] document, String issuer, URI location, Set<String> hosts) {
        Map<String, Object> members;
        try {
            members = StrictJson.object(document);
        } catch (StrictJson.Malformed malformed) {
            return new Reading.Unfit("it is no strict JSON object");
        }
        if (!issuer.equals(members.get("issuer"))) {
            return new Reading.Unfit("its `issuer` is not exactly `" + Quoted.of(issuer) + "`");
        }
        return members.get("jwks_uri") instanceof String text && text.length() <= LONGEST_URL
                ? jwks(text, location, hosts)
                : new Reading.Unfit("its `jwks_uri` is not there, or no URL");
    }

    private static Reading jwks(String text, URI location, Set<String> hosts) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException malformed) {
            return new Reading.Unfit("its `jwks_uri` is no URL");
        }
        if (!"https".equals(url.getScheme())
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawFragment() != null) {
            return new Reading.Unfit("its `jwks_uri` is no plain https URL");
        }
        if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return new Reading.Unfit("its `jwks_uri` is not of ASCII alone");
        }
        String host = authority(url);
        return host.equals(authority(location)) || hosts.contains(host)
                ? new Reading.Read(url)
                : new Reading.Unfit("its `jwks_uri` is on `" + Quoted.of(host)
                        + "`, which is neither the issuer's host nor in `jwks_hosts`");
    }

    private static String authority(URI url) {
        return url.getHost().toLowerCase(Locale.ROOT) + ":" + (url.getPort() < 0 ? HTTPS : url.getPort());
    }
}
