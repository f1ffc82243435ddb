package dev.pavise.k8s.certificate;

import dev.pavise.policy.certificate.KeyPairs;
import dev.pavise.proxy.pki.Signer;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link Authorities} as their Secret holds them. */
final class AuthoritySecret {
    private static final String NEXT_CERTIFICATE = "next.crt";
    private static final String NEXT_KEY = "next.key";

    private AuthoritySecret() {}

    /** Empty where what signs cannot be read; a successor or predecessor that cannot be read is left out. */
    static Optional<Authorities> read(@Nullable Secret secret) {
        return signer(secret, SecretText.CERTIFICATE, SecretText.KEY).map(active -> {
            Signer next = signer(secret, NEXT_CERTIFICATE, NEXT_KEY).orElse(null);
            List<X509Certificate> former =
                    new ArrayList<>(PemText.certificates(SecretText.of(secret, SecretText.AUTHORITY)));
            former.removeIf(each -> each.getBasicConstraints() < 0
                    || each.equals(active.certificate())
                    || (next != null && each.equals(next.certificate())));
            return new Authorities(active, next, former);
        });
    }

    static Map<String, String> write(Authorities authorities) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(
                SecretText.CERTIFICATE, PemText.of(List.of(authorities.active().certificate())));
        texts.put(SecretText.KEY, PemText.of(authorities.active().key()));
        texts.put(SecretText.AUTHORITY, PemText.of(authorities.trusted()));
        Signer next = authorities.next();
        if (next != null) {
            texts.put(NEXT_CERTIFICATE, PemText.of(List.of(next.certificate())));
            texts.put(NEXT_KEY, PemText.of(next.key()));
        }
        return texts;
    }

    private static Optional<Signer> signer(@Nullable Secret secret, String certificate, String key) {
        List<X509Certificate> chain = PemText.certificates(SecretText.of(secret, certificate));
        Optional<PrivateKey> secretKey = PemText.key(SecretText.of(secret, key));
        if (chain.isEmpty() || secretKey.isEmpty()) {
            return Optional.empty();
        }
        X509Certificate own = chain.getFirst();
        boolean fits = own.getBasicConstraints() >= 0 && KeyPairs.fit(own.getPublicKey(), secretKey.get());
        return fits ? Optional.of(new Signer(own, secretKey.get())) : Optional.empty();
    }
}
