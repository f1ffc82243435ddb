package dev.pavise.k8s.certificate;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What the manager shows to those who call it: the certificate of its own Secret, taken anew whenever that changes. Before the first
 * leader made that Secret it shows one that nobody has reason to trust, so that probes are answered.
 */
public final class OwnCertificate {
    private static final Duration THROWAWAY = Duration.ofDays(1);

    private final KubernetesClient client;
    private final String namespace;
    private final InstantSource clock;
    private final ShownKey shown;
    private final SSLContext context;
    private volatile String version = "";
    private volatile @Nullable PublicKey metrics;

    /** @param namespace the manager's own */
    public OwnCertificate(KubernetesClient client, String namespace, InstantSource clock)
            throws GeneralSecurityException {
        this.client = client;
        this.namespace = namespace;
        this.clock = clock;
        Map<String, String> throwaway = Leaf.service(OwnSecrets.MANAGER, namespace)
                .issue(Authorities.first(clock.instant(), THROWAWAY), clock.instant(), THROWAWAY);
        this.shown = new ShownKey(pair(throwaway.get(SecretText.CERTIFICATE), throwaway.get(SecretText.KEY))
                .orElseThrow(() -> new GeneralSecurityException("a certificate that was just made cannot be read")));
        this.context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {shown}, new TrustManager[0], new SecureRandom());
    }

    /** For a server; stays the same while what is shown changes. */
    public SSLContext context() {
        return context;
    }

    /** Whether what it shows is what those who call it trust. */
    public boolean made() {
        return !version.isEmpty();
    }

    /** Looks whether the Secret holds another one. What cannot be used is not taken: the one before is shown on. */
    public void refresh() {
        Secret found = client.secrets()
                .inNamespace(namespace)
                .withName(OwnSecrets.secretOf(OwnSecrets.MANAGER))
                .get();
        String now = found == null || found.getMetadata().getResourceVersion() == null
                ? ""
                : found.getMetadata().getResourceVersion();
        if (now.isEmpty() || now.equals(version)) {
            return;
        }
        Optional<ShownKey.Pair> pair =
                pair(SecretText.of(found, SecretText.CERTIFICATE), SecretText.of(found, SecretText.KEY));
        if (pair.isPresent()) {
            shown.show(pair.get());
            metrics = PemText.publicKey(SecretText.of(found, OwnSecrets.METRICS_PEM))
                    .orElse(null);
            version = now;
        }
    }

    /** Whether this is a token for metrics that this manager or its predecessor made. */
    public boolean permitsMetrics(String token) {
        PublicKey key = metrics;
        return key != null && MetricsToken.good(token, key, clock.instant());
    }

    private static Optional<ShownKey.Pair> pair(@Nullable String certificate, @Nullable String key) {
        List<X509Certificate> chain = PemText.certificates(certificate == null ? "" : certificate);
        Optional<PrivateKey> kept = PemText.key(key == null ? "" : key);
        return chain.isEmpty() || kept.isEmpty() ? Optional.empty() : ShownKey.Pair.of(chain, kept.get());
    }
}
