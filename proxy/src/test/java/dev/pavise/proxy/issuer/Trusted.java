package dev.pavise.proxy.issuer;

import dev.pavise.proxy.tls.OutgoingTrust;
import dev.pavise.proxy.tls.TlsMaterial;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Whom tests trust. */
final class Trusted {
    private Trusted() {}

    /** The authorities of this file, or those of the JDK. */
    static OutgoingTrust in(@Nullable Path ca) {
        return switch (OutgoingTrust.load(ca, InstantSource.system())) {
            case TlsMaterial.Ready<OutgoingTrust>(OutgoingTrust trust, var ignored) -> trust;
            case TlsMaterial.Refused<OutgoingTrust> refused ->
                throw new IllegalStateException(refused.problems().toString());
        };
    }
}
