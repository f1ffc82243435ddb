package dev.pavise.proxy.issuer;

import dev.pavise.proxy.tls.IssuerTrust;
import dev.pavise.proxy.tls.TlsMaterial;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Whom tests trust. */
final class Trusted {
    private Trusted() {}

    /** The authorities of this file, or those of the JDK. */
    static IssuerTrust in(@Nullable Path ca) {
        return switch (IssuerTrust.load(ca, InstantSource.system())) {
            case TlsMaterial.Ready<IssuerTrust>(IssuerTrust trust, var ignored) -> trust;
            case TlsMaterial.Refused<IssuerTrust> refused ->
                throw new IllegalStateException(refused.problems().toString());
        };
    }
}
