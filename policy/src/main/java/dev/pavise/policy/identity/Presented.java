package dev.pavise.policy.identity;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request presents to prove who sent it.
 *
 * @param authorization every value of {@code Authorization}, as given
 * @param apiKeys every value of {@code X-Api-Key} and {@code X-Caxton-Api-Key}, as given
 * @param certificate the name that {@link CertificateName} found in a client certificate which the handshake verified,
 *     or null where none was sent; a certificate without a fit name must not get here as none
 * @param address of the client, which behind trusted proxies is the forwarded one
 */
public record Presented(
        List<String> authorization,
        List<String> apiKeys,
        @Nullable String certificate,
        InetAddress address) {
    int credentials() {
        return authorization.size() + apiKeys.size();
    }

    /** Credentials are not for logs. */
    @Override
    public String toString() {
        return credentials() + " credentials from " + address.getHostAddress();
    }
}
