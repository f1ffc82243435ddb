package dev.pavise.proxy.tls;

import dev.pavise.proxy.pem.BadMaterialException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS of the JDK for what the gateway itself asks elsewhere: certificates are checked against the configured authorities, else those of the system. */
public final class OutgoingTls {
    private OutgoingTls() {}

    /**
     * Reads and checks the authorities.
     *
     * @param ca the only ones that are believed, or null for those of the system
     */
    public static TlsMaterial<SSLContext> load(@Nullable Path ca, InstantSource clock) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, ca == null ? null : trusting(ca, clock).getTrustManagers(), null);
            return new TlsMaterial.Ready<>(context, List.of());
        } catch (BadMaterialException e) {
            return new TlsMaterial.Refused<>(List.of(e.problem()));
        } catch (GeneralSecurityException | IOException e) {
            return new TlsMaterial.Refused<>(List.of("TLS cannot be set up: " + e.getMessage()));
        }
    }

    private static TrustManagerFactory trusting(Path ca, InstantSource clock)
            throws BadMaterialException, GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (X509Certificate authority : UpstreamTls.authorities(ca, clock)) {
            store.setCertificateEntry("authority-" + store.size(), authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }
}
