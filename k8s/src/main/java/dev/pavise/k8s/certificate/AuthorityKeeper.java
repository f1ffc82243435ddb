package dev.pavise.k8s.certificate;

import dev.pavise.k8s.manager.config.CertificatesConfig;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the Secret {@value #NAME}: the authority, its successor, and the key of the tokens for metrics. */
final class AuthorityKeeper {
    static final String NAME = "pavise-ca";
    static final String TLS_TYPE = "kubernetes.io/tls";

    private final Secrets secrets;
    private final String namespace;
    private final CertificatesConfig config;

    AuthorityKeeper(Secrets secrets, String namespace, CertificatesConfig config) {
        this.secrets = secrets;
        this.namespace = namespace;
        this.config = config;
    }

    /** What everything else is signed with. */
    record Kept(Authorities authorities, MetricsKey metrics) {}

    /** Empty where it cannot be had now: then nothing is signed. */
    Optional<Kept> keep(Instant now) throws GeneralSecurityException {
        Secret found = secrets.read(namespace, NAME);
        Optional<Authorities> stored = AuthoritySecret.read(found);
        Optional<MetricsKey> storedKey = MetricsKey.read(found);
        if (secrets.foreign(NAME, found)) {
            return keepForeign(stored, storedKey, now);
        }
        Authorities wanted = wanted(stored, now);
        MetricsKey key = storedKey.isPresent() ? storedKey.get() : MetricsKey.generate();
        if (stored.equals(Optional.of(wanted)) && storedKey.isPresent()) {
            return Optional.of(new Kept(wanted, key));
        }
        Map<String, String> texts = new LinkedHashMap<>(AuthoritySecret.write(wanted));
        texts.putAll(key.write());
        String type = found == null || found.getType() == null ? TLS_TYPE : found.getType();
        return secrets.write(namespace, NAME, type, texts, reason(found, stored, wanted))
                ? Optional.of(new Kept(wanted, key))
                : Optional.empty();
    }

    /** Signs with what somebody else keeps there; the key of the tokens is ours all the same, under names that are ours. */
    private Optional<Kept> keepForeign(Optional<Authorities> stored, Optional<MetricsKey> storedKey, Instant now)
            throws GeneralSecurityException {
        if (stored.isEmpty() || !Life.valid(stored.get().active().certificate(), now)) {
            return Optional.empty();
        }
        if (storedKey.isPresent()) {
            return Optional.of(new Kept(stored.get(), storedKey.get()));
        }
        MetricsKey made = MetricsKey.generate();
        return secrets.write(namespace, NAME, TLS_TYPE, made.write(), "it lacks the key of the tokens for metrics")
                ? Optional.of(new Kept(stored.get(), made))
                : Optional.empty();
    }

    private Authorities wanted(Optional<Authorities> stored, Instant now) throws GeneralSecurityException {
        if (stored.isPresent()) {
            Optional<Authorities> advanced = stored.get().advance(now, config.authorityLifetime());
            if (advanced.isPresent()) {
                return advanced.get();
            }
        }
        return Authorities.first(now, config.authorityLifetime());
    }

    private static String reason(@Nullable Secret found, Optional<Authorities> stored, Authorities wanted) {
        if (found == null) {
            return "it is missing";
        }
        if (stored.isEmpty()) {
            return "its certificate or key cannot be read";
        }
        if (!wanted.active().equals(stored.get().active())) {
            return "its authority gave way to the next one";
        }
        if (!Objects.equals(wanted.next(), stored.get().next())) {
            return "two thirds of its authority's life are over, and the next one is to be known before it signs";
        }
        return wanted.equals(stored.get())
                ? "its key of the tokens for metrics cannot be read"
                : "a former authority has ended";
    }
}
