package dev.pavise.k8s.webhook;

import dev.pavise.k8s.inject.config.InjectorConfig;
import dev.pavise.policy.certificate.KeyPairs;
import dev.pavise.policy.certificate.KeyStrength;
import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pem.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Makes of files what a TLS server needs, and refuses what would fail only once somebody calls. */
final class TlsMaterial {
    private static final char[] NO_PASSWORD = {};

    private TlsMaterial() {}

    /**
     * What one handshake goes by.
     *
     * @param trust whom it believes; without an authority nobody
     */
    record Managers(X509ExtendedKeyManager key, X509ExtendedTrustManager trust) {}

    /** @param alias tells this key from those before it */
    static Managers load(InjectorConfig.Tls tls, String alias) throws BadMaterialException {
        List<X509Certificate> chain = Pem.certificates(tls.cert());
        PrivateKey key = Pem.privateKey(tls.key());
        if (!KeyStrength.enough(chain.getFirst().getPublicKey())) {
            throw new BadMaterialException(tls.cert() + ": the certificate's key is too weak");
        }
        checkFits(tls, chain.getFirst().getPublicKey(), key);
        try {
            KeyStore store = empty();
            store.setKeyEntry(alias, key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, NO_PASSWORD);
            return new Managers((X509ExtendedKeyManager) keys.getKeyManagers()[0], trust(tls.clientCa()));
        } catch (GeneralSecurityException | IOException e) {
            throw new BadMaterialException(tls.cert() + ": cannot be used for TLS");
        }
    }

    private static X509ExtendedTrustManager trust(@Nullable Path authority)
            throws BadMaterialException, GeneralSecurityException, IOException {
        KeyStore store = empty();
        if (authority != null) {
            int number = 0;
            for (X509Certificate certificate : Pem.certificates(authority)) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        return (X509ExtendedTrustManager) trust.getTrustManagers()[0];
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static void checkFits(InjectorConfig.Tls tls, PublicKey shown, PrivateKey key) throws BadMaterialException {
        String kind = shown.getAlgorithm();
        if (!kind.equals("EC") && !kind.equals("RSA")) {
            throw new BadMaterialException(tls.cert() + ": the certificate's key is " + kind
                    + "; use EC P-256 or RSA, which every API server knows");
        }
        if (!KeyPairs.fit(shown, key)) {
            throw new BadMaterialException(tls.key() + ": is not the key of " + tls.cert());
        }
    }
}
