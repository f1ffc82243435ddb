package dev.pavise.k8s.certificate;

import dev.pavise.policy.certificate.KeyPairs;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** A server's certificate that can be exchanged while connections are made: a handshake that has begun ends with the one it began with. */
final class ShownKey extends X509ExtendedKeyManager {
    private volatile Shown shown;

    ShownKey(Pair first) {
        shown = new Shown(first, null);
    }

    /** A chain with the key of its first certificate. */
    record Pair(String alias, List<X509Certificate> chain, PrivateKey key) {
        static Optional<Pair> of(List<X509Certificate> chain, PrivateKey key) {
            return KeyPairs.fit(chain.getFirst().getPublicKey(), key)
                    ? Optional.of(new Pair(UUID.randomUUID().toString(), List.copyOf(chain), key))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return "Pair[" + chain.getFirst().getSubjectX500Principal() + "]";
        }
    }

    private record Shown(Pair now, @Nullable Pair before) {}

    void show(Pair next) {
        shown = new Shown(next, shown.now());
    }

    private @Nullable Pair of(@Nullable String alias) {
        Shown both = shown;
        if (both.now().alias().equals(alias)) {
            return both.now();
        }
        Pair before = both.before();
        return before != null && before.alias().equals(alias) ? before : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, SSLEngine engine) {
        return chooseServerAlias(type, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        Pair now = shown.now();
        return type.equals(now.key().getAlgorithm()) ? now.alias() : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        Pair pair = of(alias);
        return pair == null ? null : pair.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        Pair pair = of(alias);
        return pair == null ? null : pair.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        String alias = chooseServerAlias(type, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
