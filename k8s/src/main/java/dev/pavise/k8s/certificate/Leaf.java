package dev.pavise.k8s.certificate;

import dev.pavise.policy.certificate.KeyPairs;
import dev.pavise.proxy.pki.CertificateUse;
import dev.pavise.proxy.pki.Keys;
import dev.pavise.proxy.pki.SubjectNames;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that somebody is to have, and whether the one he has will do. Pure.
 *
 * @param names whom it is for
 * @param use what it is for
 */
record Leaf(SubjectNames names, CertificateUse use) {
    private static final int DNS = 2;

    /** For a service of the manager's namespace. */
    static Leaf service(String name, String namespace) {
        String service = name + "." + namespace + ".svc";
        return new Leaf(
                new SubjectNames(
                        name, List.of(service, service + ".cluster.local", name, "localhost"), List.of(), null),
                CertificateUse.SERVER);
    }

    /** For the gateways of a namespace: they are called by the names of its services, and call the runner. */
    static Leaf gateway(String namespace) {
        return new Leaf(
                new SubjectNames(
                        "pavise-gateway",
                        List.of(
                                "pavise-gateway",
                                "*." + namespace + ".svc",
                                "*." + namespace + ".svc.cluster.local",
                                "localhost"),
                        List.of(),
                        null),
                CertificateUse.NODE);
    }

    /** Why what lies in a Secret will not do; empty where it will. */
    Optional<String> fault(@Nullable Secret secret, Authorities authorities, Instant now) {
        if (secret == null) {
            return Optional.of("it is missing");
        }
        List<X509Certificate> chain = PemText.certificates(SecretText.of(secret, SecretText.CERTIFICATE));
        Optional<PrivateKey> key = PemText.key(SecretText.of(secret, SecretText.KEY));
        if (chain.isEmpty() || key.isEmpty()) {
            return Optional.of("its certificate or key cannot be read");
        }
        X509Certificate own = chain.getFirst();
        if (!KeyPairs.fit(own.getPublicKey(), key.get())) {
            return Optional.of("its key is not that of its certificate");
        }
        if (authorities.trusted().stream().noneMatch(each -> signed(each, own))) {
            return Optional.of("its certificate is not of the manager's authority");
        }
        if (!dnsNames(own).equals(Set.copyOf(names.dns()))
                || !CertificateUse.of(own).equals(Optional.of(use))) {
            return Optional.of("its certificate is for other names or another use");
        }
        if (now.isBefore(own.getNotBefore().toInstant())) {
            return Optional.of("its certificate is not valid yet");
        }
        return now.isBefore(Life.due(own)) ? Optional.empty() : Optional.of("two thirds of its life are over");
    }

    /** A new certificate, its key, and what its owner has to trust. */
    Map<String, String> issue(Authorities authorities, Instant now, Duration life) throws GeneralSecurityException {
        KeyPair pair = Keys.generate();
        X509Certificate made = authorities.active().issue(names, use, pair.getPublic(), now, life);
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(SecretText.CERTIFICATE, PemText.of(List.of(made)));
        texts.put(SecretText.KEY, PemText.of(pair.getPrivate()));
        texts.put(SecretText.AUTHORITY, PemText.of(authorities.trusted()));
        return texts;
    }

    private static boolean signed(X509Certificate authority, X509Certificate leaf) {
        if (!leaf.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
            return false;
        }
        try {
            leaf.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException forged) {
            return false;
        }
    }

    private static Set<String> dnsNames(X509Certificate certificate) {
        Set<String> names = new HashSet<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all == null) {
                return names;
            }
            for (List<?> each : all) {
                if (each.getFirst() instanceof Integer kind && kind == DNS) {
                    names.add(String.valueOf(each.get(1)));
                }
            }
        } catch (CertificateParsingException unreadable) {
            return Set.of();
        }
        return names;
    }
}
