package dev.pavise.proxy.http;

import java.util.Collection;

/** The names under which the gateway answers (promise P11). */
@SuppressWarnings("DoNotCallSuggester")
public final class AllowedHosts {
    /**
     * Reads the list.
     *
     * @param patterns host names, {@code *.name} for exactly one more label, and address literals (IPv6 with or without brackets)
     * @throws IllegalArgumentException if one of them is none of these
     */
    public static AllowedHosts of(Collection<String> patterns) {
        throw new UnsupportedOperationException(patterns.toString());
    }

    /** Whether {@code host}, as {@link RequestHead#host()} gives it, is listed. */
    public boolean allows(String host) {
        throw new UnsupportedOperationException(host);
    }
}
