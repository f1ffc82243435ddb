package dev.pavise.proxy.tls;

import dev.pavise.proxy.pem.BadMaterialException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are trusted where the gateway itself asks, an issuer for its keys or a decision point for its word: the authorities of a file, and then no others, or those of the JDK. Two are
 * the same if they trust the same authorities.
 */
public final class OutgoingTrust {
    private final List<X509Certificate> authorities;
    private final String fingerprint;
    private final SSLContext context;

    private OutgoingTrust(List<X509Certificate> authorities, SSLContext context) throws GeneralSecurityException {
        this.authorities = authorities;
        this.fingerprint = fingerprint(authorities);
        this.context = context;
    }

    /**
     * Reads and checks the authorities.
     *
     * @param ca a PEM file with authorities, or null for those of the JDK
     */
    public static TlsMaterial<OutgoingTrust> load(@Nullable Path ca, InstantSource clock) {
        try {
            List<X509Certificate> authorities = ca == null ? List.of() : List.of(UpstreamTls.authorities(ca, clock));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, ca == null ? null : trusting(authorities), null);
            return new TlsMaterial.Ready<>(new OutgoingTrust(authorities, context), List.of());
        } catch (BadMaterialException e) {
            return new TlsMaterial.Refused<>(List.of(e.problem()));
        } catch (GeneralSecurityException | IOException e) {
            return new TlsMaterial.Refused<>(List.of("TLS cannot be set up: " + e.getMessage()));
        }
    }

    /** Believes these and what they have signed, and nothing else. */
    static TrustManager[] trusting(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("ca" + store.size(), authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static String fingerprint(List<X509Certificate> authorities) throws GeneralSecurityException {
        if (authorities.isEmpty()) {
            return "jdk";
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (X509Certificate authority : authorities) {
            digest.update(authority.getEncoded());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    public SSLContext context() {
        return context;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OutgoingTrust trust && trust.authorities.equals(authorities);
    }

    @Override
    public int hashCode() {
        return authorities.hashCode();
    }

    /** Tells these authorities from all others: a digest of them; {@code jdk} for those of the JDK. */
    @Override
    public String toString() {
        return fingerprint;
    }
}
