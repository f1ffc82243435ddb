package dev.pavise.k8s.certificate;

import dev.pavise.policy.certificate.KeyPairs;
import dev.pavise.proxy.pki.Keys;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What tokens for metrics are signed with; it lives in the Secret of the authority. */
record MetricsKey(PublicKey shown, PrivateKey kept) {
    private static final String KEPT = "metrics.key";
    private static final String SHOWN = "metrics.pem";

    static MetricsKey generate() throws GeneralSecurityException {
        KeyPair pair = Keys.generate();
        return new MetricsKey(pair.getPublic(), pair.getPrivate());
    }

    static Optional<MetricsKey> read(@Nullable Secret secret) {
        Optional<PrivateKey> kept = PemText.key(SecretText.of(secret, KEPT));
        Optional<PublicKey> shown = PemText.publicKey(SecretText.of(secret, SHOWN));
        return kept.isPresent() && shown.isPresent() && KeyPairs.fit(shown.get(), kept.get())
                ? Optional.of(new MetricsKey(shown.get(), kept.get()))
                : Optional.empty();
    }

    Map<String, String> write() {
        return Map.of(KEPT, PemText.of(kept), SHOWN, PemText.of(shown));
    }

    /** As whoever checks tokens reads it. */
    String published() {
        return PemText.of(shown);
    }

    @Override
    public String toString() {
        return "MetricsKey[" + shown.getAlgorithm() + "]";
    }
}
