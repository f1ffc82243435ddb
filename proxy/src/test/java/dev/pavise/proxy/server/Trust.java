package dev.pavise.proxy.server;

import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Contexts of the JDK's TLS for clients and origins of tests. */
final class Trust {
    private static final char[] NO_PASSWORD = {};

    private Trust() {}

    /** Trusts the authority in this PEM file, and shows this certificate, if any. */
    static SSLContext in(Path authority, TestCa.@Nullable Issued own) {
        try (var in = Files.newInputStream(authority)) {
            return context(
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in), own);
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static SSLContext context(X509Certificate authority, TestCa.@Nullable Issued own) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("ca", authority);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore mine = KeyStore.getInstance(KeyStore.getDefaultType());
            mine.load(null, null);
            if (own != null) {
                mine.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(new X509Certificate[0]));
            }
            keys.init(mine, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
