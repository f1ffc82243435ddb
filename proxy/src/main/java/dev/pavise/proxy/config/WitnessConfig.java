package dev.pavise.proxy.config;

import dev.pavise.auditlog.codec.WitnessKey;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who cosigns the checkpoints of the audit log.
 *
 * @param url what {@code /add-checkpoint} is put behind: https, or http to loopback
 * @param key its name and public key
 * @param ca PEM certificates its certificate must lead to; absent: those the system trusts
 * @param every how often the newest checkpoint is sent
 * @param timeout for a whole question and answer
 * @param required whether requests are refused while the newest cosignature is older than {@code maxAge}
 */
public record WitnessConfig(
        URI url,
        WitnessKey key,
        @Nullable Path ca,
        Duration every,
        Duration timeout,
        boolean required,
        Duration maxAge) {

    /** Checks its parts. */
    public WitnessConfig {
        Objects.requireNonNull(url);
        Objects.requireNonNull(key);
        if (!every.isPositive() || !timeout.isPositive() || maxAge.compareTo(every) < 0) {
            throw new IllegalArgumentException(
                    "a witness is asked within a time, and before its cosignature is too old");
        }
    }

    /** Whether it is asked over TLS. */
    public boolean secure() {
        return url.getScheme().equals("https");
    }
}
