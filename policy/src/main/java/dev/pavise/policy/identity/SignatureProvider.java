package dev.pavise.policy.identity;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where signature checks are done: in the native library of the Amazon Corretto Crypto Provider where it loads, else in
 * the JDK, which takes some ten times the CPU for ECDSA and Ed25519. It is asked for by name and never installed, so
 * that nothing else in the process changes.
 */
public final class SignatureProvider {
    private final @Nullable Provider provider;
    private final String description;
    private final @Nullable String warning;

    private SignatureProvider(@Nullable Provider provider, String description, @Nullable String warning) {
        this.provider = provider;
        this.description = description;
        this.warning = warning;
    }

    /**
     * The fastest one if some issuer has public keys, else the JDK's: loading the native library takes a start some
     * tenths of a second, and a shared secret has no use for it.
     */
    public static SignatureProvider forIssuers(Collection<Issuer> issuers) {
        boolean needed = issuers.stream().anyMatch(issuer -> !(issuer.keys() instanceof KeySource.SharedSecret));
        return needed ? fastest() : jdk();
    }

    /** The native one where it loads and passes its own tests, else the JDK. */
    public static SignatureProvider fastest() {
        try {
            AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
            corretto.assertHealthy();
            return new SignatureProvider(corretto, "Amazon Corretto Crypto Provider " + corretto.getVersionStr(), null);
        } catch (LinkageError | RuntimeException absent) {
            return withoutNative(absent);
        }
    }

    /** What is left where the native library does not load. */
    static SignatureProvider withoutNative(Throwable why) {
        return new SignatureProvider(
                null,
                "JDK",
                "signatures of tokens are checked in Java, which takes some ten times the CPU for ECDSA and Ed25519, as the native"
                        + " library does not load here (" + why + "): a flood of tokens costs so much more");
    }

    /** The JDK's own. */
    public static SignatureProvider jdk() {
        return new SignatureProvider(null, "JDK", null);
    }

    /** Who checks, with its version. */
    public String description() {
        return description;
    }

    /** What an operator should know of it; empty where it is the one that was wanted. */
    public Optional<String> warning() {
        return Optional.ofNullable(warning);
    }

    Signature signature(String algorithm) throws NoSuchAlgorithmException {
        return provider != null && provider.getService("Signature", algorithm) != null
                ? Signature.getInstance(algorithm, provider)
                : Signature.getInstance(algorithm);
    }
}
