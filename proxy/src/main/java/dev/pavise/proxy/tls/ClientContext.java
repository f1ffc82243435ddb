package dev.pavise.proxy.tls;

import dev.pavise.proxy.expiry.Dated;
import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pem.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a command that calls a gateway: the JDK's own, as one call is not worth loading another.
 *
 * <p>Guarantees: servers are trusted by the named authorities alone, or where none are named by the machine's; there is no way to
 * trust everybody. That the name fits is the caller's to ask for.
 */
public final class ClientContext {
    private static final char[] NO_PASSWORD = {};

    private ClientContext() {}

    /**
     * Reads and checks all files.
     *
     * @param ca the certificates to trust, which may be the server's own; null for the machine's authorities
     * @param own what to show to servers that ask; null for nothing
     */
    public static TlsMaterial<SSLContext> load(@Nullable Path ca, @Nullable Own own, InstantSource clock) {
        try {
            OwnKey shown = own == null ? null : OwnKey.ofClient(own.cert(), own.key(), clock.instant());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(shown), ca == null ? null : OutgoingTrust.trusting(Pem.certificates(ca)), null);
            return new TlsMaterial.Ready<>(context, own == null ? List.of() : warnings(own.cert(), clock.instant()));
        } catch (BadMaterialException unfit) {
            return new TlsMaterial.Refused<>(List.of(unfit.problem()));
        } catch (GeneralSecurityException | IOException failure) {
            return new TlsMaterial.Refused<>(List.of("TLS cannot be set up: " + failure.getMessage()));
        }
    }

    /**
     * The same for one server that is known beforehand, by mutual TLS.
     *
     * @param ca the only authorities that are believed
     * @param name the one name that the server's certificate has to carry, whatever host is connected to
     */
    public static TlsMaterial<SSLContext> pinned(Path ca, Own own, String name, InstantSource clock) {
        try {
            Instant now = clock.instant();
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            X509Certificate[] authorities = UpstreamTls.authorities(ca, clock);
            context.init(
                    keys(OwnKey.ofClient(own.cert(), own.key(), now)),
                    new TrustManager[] {PinnedName.over(OutgoingTrust.trusting(List.of(authorities)), name)},
                    null);
            return new TlsMaterial.Ready<>(context, warnings(own.cert(), now));
        } catch (BadMaterialException unfit) {
            return new TlsMaterial.Refused<>(List.of(unfit.problem()));
        } catch (GeneralSecurityException | IOException failure) {
            return new TlsMaterial.Refused<>(List.of("TLS cannot be set up: " + failure.getMessage()));
        }
    }

    /** A certificate and its key, as PEM files. */
    public record Own(Path cert, Path key) {}

    private static List<String> warnings(Path cert, Instant now) throws BadMaterialException {
        return Dated.certificates("client", cert).stream()
                .filter(each -> each.isDue(now))
                .map(each -> each.described() + " ends at " + each.until() + "; renew it")
                .toList();
    }

    private static KeyManager @Nullable [] keys(@Nullable OwnKey own) throws GeneralSecurityException, IOException {
        if (own == null) {
            return null;
        }
        KeyStore store = empty();
        store.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        return keys.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }
}
