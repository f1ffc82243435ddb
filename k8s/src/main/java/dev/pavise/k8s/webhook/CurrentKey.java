package dev.pavise.k8s.webhook;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The key of the moment, for servers that ask for their TLS only once. A handshake asks for certificate and key one after the
 * other, by an alias that stands for this pair alone: both are of one pair, also where it changes in between.
 */
final class CurrentKey extends X509ExtendedKeyManager {
    private final Supplier<X509ExtendedKeyManager> current;
    private final Supplier<X509ExtendedKeyManager> previous;

    CurrentKey(Supplier<X509ExtendedKeyManager> current, Supplier<X509ExtendedKeyManager> previous) {
        this.current = current;
        this.previous = previous;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return current.get().chooseEngineServerAlias(keyType, issuers, engine);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return current.get().chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return current.get().getServerAliases(keyType, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        X509Certificate[] chain = current.get().getCertificateChain(alias);
        return chain == null ? previous.get().getCertificateChain(alias) : chain;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        PrivateKey key = current.get().getPrivateKey(alias);
        return key == null ? previous.get().getPrivateKey(alias) : key;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
