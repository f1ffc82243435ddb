package dev.pavise.proxy.expiry;

import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pem.Pem;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A certificate, or a revocation list, and when it ends.
 *
 * @param name what it is in the configuration, such as {@code server}; for a file that somebody names, the file
 * @param subject whose it is; of a list, the authority that it is from
 * @param certificate null for a list
 * @param until when it ends; of a list, when the next one is due
 */
public record Dated(
        String name, Path file, String subject, @Nullable X509Certificate certificate, Instant from, Instant until) {

    private static final Duration MONTH = Duration.ofDays(30);

    /** Checks its parts. */
    public Dated {
        Objects.requireNonNull(name);
        Objects.requireNonNull(file);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(from);
        Objects.requireNonNull(until);
    }

    /** All certificates of a file, in its order. */
    public static List<Dated> certificates(String name, Path file) throws BadMaterialException {
        List<Dated> all = new ArrayList<>();
        for (X509Certificate each : Pem.certificates(file)) {
            all.add(new Dated(
                    name,
                    file,
                    each.getSubjectX500Principal().getName(),
                    each,
                    each.getNotBefore().toInstant(),
                    each.getNotAfter().toInstant()));
        }
        return List.copyOf(all);
    }

    /** All revocation lists of a file. One that does not say when the next is due has to be taken for due. */
    public static List<Dated> lists(String name, Path file) throws BadMaterialException {
        List<Dated> all = new ArrayList<>();
        for (X509CRL each : Pem.revocationLists(file)) {
            Instant from = each.getThisUpdate().toInstant();
            all.add(new Dated(
                    name,
                    file,
                    each.getIssuerX500Principal().getName(),
                    null,
                    from,
                    each.getNextUpdate() == null ? from : each.getNextUpdate().toInstant()));
        }
        return List.copyOf(all);
    }

    /** The serial number in hexadecimal; empty for a list. */
    public Optional<String> serial() {
        return certificate == null
                ? Optional.empty()
                : Optional.of(certificate.getSerialNumber().toString(16));
    }

    /** Whether it counts no more. */
    public boolean isOver(Instant now) {
        return !now.isBefore(until);
    }

    /**
     * Whether it is time to renew it: less than 30 days are left, or less than a third of a life that is shorter than 90. What
     * lives for hours is renewed in the last part of them, and would else be due all its life.
     */
    public boolean isDue(Instant now) {
        return isDue(MONTH, now);
    }

    /** The same with another span than 30 days. */
    public boolean isDue(Duration most, Instant now) {
        Duration third = Duration.between(from, until).dividedBy(3);
        return isWithin(third.compareTo(most) < 0 ? third : most, now);
    }

    /** Whether it ends within a span of time from now. */
    public boolean isWithin(Duration span, Instant now) {
        return !now.plus(span).isBefore(until);
    }

    /** What and whose it is, for messages. */
    public String described() {
        String what = certificate == null ? "the revocation list of" : "the certificate of";
        return file + ": " + what + " `" + subject + "` (" + name + ")";
    }
}
