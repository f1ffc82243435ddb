package dev.pavise.policy.identity;

import java.util.Locale;

/** The form of a SPIFFE ID (SPIFFE-ID, section 2), as a workload's certificate carries it. */
final class SpiffeId {
    private static final String SCHEME = "spiffe://";
    private static final int MAX_LENGTH = 2048;
    private static final int MAX_TRUST_DOMAIN = 255;

    private SpiffeId() {}

    /** Whether a URI claims to be one, in whatever spelling. */
    static boolean isMeant(String uri) {
        return uri.toLowerCase(Locale.ROOT).startsWith("spiffe:");
    }

    /** Whether it is one of a workload: scheme and trust domain in lower case, a path, and nothing else. */
    static boolean isWellFormed(String uri) {
        if (!uri.startsWith(SCHEME) || uri.length() > MAX_LENGTH) {
            return false;
        }
        int slash = uri.indexOf('/', SCHEME.length());
        if (slash < 0 || slash - SCHEME.length() > MAX_TRUST_DOMAIN) {
            return false;
        }
        if (!uri.substring(SCHEME.length(), slash).matches("[a-z0-9._-]+")) {
            return false;
        }
        for (String segment : uri.substring(slash + 1).split("/", -1)) {
            if (!segment.matches("[A-Za-z0-9._-]+") || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
