package dev.pavise.proxy.server;

import dev.pavise.proxy.tls.TestCa;
import org.jspecify.annotations.Nullable;

/**
 * A way to present something, and how it has to end.
 *
 * @param certificate shown in the handshake, if any
 * @param fields sent, each with its line end
 * @param status 0 where the handshake fails
 * @param code told to the caller
 * @param reason told to the operator
 * @param challenge what {@code WWW-Authenticate} says, in words
 */
record CredentialRow(
        String credential,
        String failure,
        TestCa.@Nullable Issued certificate,
        String fields,
        int status,
        String code,
        String reason,
        String challenge) {
    static final String CHALLENGED = "challenge, `invalid_token`";
    static final String ASKED = "challenge";
    static final String NONE = "none";

    static String bearer(String token) {
        return "Authorization: Bearer " + token + "\r\n";
    }

    @Override
    public String toString() {
        return credential + ": " + failure;
    }
}
