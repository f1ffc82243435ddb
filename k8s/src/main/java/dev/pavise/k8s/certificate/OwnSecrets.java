package dev.pavise.k8s.certificate;

import dev.pavise.k8s.manager.config.CertificatesConfig;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the Secrets of certificates, each as its {@link Leaf} wants it, and the one of the token for metrics. */
final class OwnSecrets {
    static final String INJECTOR = "pavise-injector";
    static final String MANAGER = "pavise-manager";
    static final String RUNNER = "pavise-runner";
    static final String GATEWAY_SECRET = "pavise-gateway-tls";
    static final String TOKEN_SECRET = "pavise-metrics-token";
    static final String TOKEN = "token";

    /** Under which Secrets hold the public key of tokens for metrics. */
    static final String METRICS_PEM = "manager.pem";

    private static final String OPAQUE = "Opaque";

    private final Secrets secrets;
    private final String namespace;
    private final CertificatesConfig config;

    OwnSecrets(Secrets secrets, String namespace, CertificatesConfig config) {
        this.secrets = secrets;
        this.namespace = namespace;
        this.config = config;
    }

    static String secretOf(String service) {
        return service + "-tls";
    }

    /** Those of the manager's own namespace, that of a gateway beside the manager included. */
    void keep(AuthorityKeeper.Kept kept, Instant now) throws GeneralSecurityException {
        for (String service : List.of(MANAGER, INJECTOR, RUNNER)) {
            keep(namespace, secretOf(service), Leaf.service(service, namespace), kept, now);
        }
        keepGateway(namespace, kept, now);
        keepToken(kept.metrics(), now);
    }

    /** That of gateways: of a namespace with sidecars, or of the manager's own. */
    void keepGateway(String place, AuthorityKeeper.Kept kept, Instant now) throws GeneralSecurityException {
        keep(place, GATEWAY_SECRET, Leaf.gateway(place), kept, now);
    }

    private void keep(String place, String name, Leaf leaf, AuthorityKeeper.Kept kept, Instant now)
            throws GeneralSecurityException {
        Secret found = secrets.read(place, name);
        if (secrets.foreign(name, found)) {
            return;
        }
        Map<String, String> around = new LinkedHashMap<>();
        around.put(SecretText.AUTHORITY, PemText.of(kept.authorities().trusted()));
        around.put(METRICS_PEM, kept.metrics().published());
        Optional<String> fault = leaf.fault(found, kept.authorities(), now);
        if (fault.isPresent()) {
            Map<String, String> texts = new LinkedHashMap<>(leaf.issue(kept.authorities(), now, config.lifetime()));
            texts.putAll(around);
            secrets.write(place, name, type(found, AuthorityKeeper.TLS_TYPE), texts, fault.get());
        } else if (around.entrySet().stream()
                .anyMatch(each -> !each.getValue().equals(SecretText.of(found, each.getKey())))) {
            Map<String, String> texts = new LinkedHashMap<>(around);
            for (String same : List.of(SecretText.CERTIFICATE, SecretText.KEY)) {
                texts.put(same, SecretText.of(found, same));
            }
            secrets.write(
                    place,
                    name,
                    type(found, AuthorityKeeper.TLS_TYPE),
                    texts,
                    "what it says of authorities is not what is trusted now");
        }
    }

    private void keepToken(MetricsKey key, Instant now) throws GeneralSecurityException {
        Secret found = secrets.read(namespace, TOKEN_SECRET);
        if (secrets.foreign(TOKEN_SECRET, found) || !MetricsToken.due(SecretText.of(found, TOKEN), key.shown(), now)) {
            return;
        }
        secrets.write(
                namespace,
                TOKEN_SECRET,
                type(found, OPAQUE),
                Map.of(TOKEN, MetricsToken.issue(key.kept(), now, config.tokenLifetime())),
                found == null ? "it is missing" : "its token is not good any more, or soon will not be");
    }

    // The type of a Secret cannot be changed: where somebody made it of another one, that has to do.
    private static String type(@Nullable Secret found, String usual) {
        return found == null || found.getType() == null ? usual : found.getType();
    }
}
