package dev.pavise.proxy.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's own TLS.
 *
 * @param cert PEM chain, leaf first; absent together with {@code key}: a throwaway certificate, for loopback only
 * @param clientCa PEM certificates that client certificates must lead to; absent: no client certificate is asked for
 * @param clientCrl revocation lists of the client CAs
 * @param clientAuth for the metrics and management doors, and for those of {@code https} that do not say otherwise
 * @param cipherSuites by their IANA names, in order of preference
 */
public record TlsConfig(
        @Nullable Path cert,
        @Nullable Path key,
        @Nullable Path clientCa,
        @Nullable Path clientCrl,
        ClientAuth clientAuth,
        Version minVersion,
        List<String> cipherSuites) {

    /** The suites of TLS 1.3 (RFC 8446, appendix B.4) that are on by default. */
    public static final List<String> TLS_1_3_SUITES =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    /** The suites of TLS 1.2 that may be asked for: forward secret and authenticated, nothing else. */
    public static final List<String> TLS_1_2_SUITES = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Copies the list. */
    public TlsConfig {
        Objects.requireNonNull(clientAuth);
        Objects.requireNonNull(minVersion);
        cipherSuites = List.copyOf(cipherSuites);
    }

    /** The oldest version of TLS that is spoken. */
    public enum Version {
        /** TLS 1.2 and 1.3; has to be asked for. */
        TLS_1_2,
        /** TLS 1.3 alone. */
        TLS_1_3
    }
}
