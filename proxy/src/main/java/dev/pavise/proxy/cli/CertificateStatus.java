package dev.pavise.proxy.cli;

import dev.pavise.proxy.expiry.Dated;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How one certificate or list stands. */
record CertificateStatus(Dated dated, State state, Revoked revoked) {

    /** The first that holds. */
    enum State {
        REVOKED,
        EXPIRED,
        SOON,
        OK
    }

    /** What the lists at hand say. */
    enum Revoked {
        YES,
        NO,
        /** None of them is from its issuer. */
        UNKNOWN
    }

    static CertificateStatus of(Dated dated, List<X509CRL> lists, Duration margin, Instant now) {
        Revoked revoked = revoked(dated.certificate(), lists);
        State state = State.OK;
        // A list is made for weeks: it would be about to end from its first day on.
        boolean soon = dated.certificate() == null ? dated.isDue(margin, now) : dated.isWithin(margin, now);
        if (soon) state = State.SOON;
        if (dated.isOver(now)) state = State.EXPIRED;
        if (revoked == Revoked.YES) state = State.REVOKED;
        return new CertificateStatus(dated, state, revoked);
    }

    private static Revoked revoked(
            @org.jspecify.annotations.Nullable X509Certificate certificate, List<X509CRL> lists) {
        Revoked found = Revoked.UNKNOWN;
        if (certificate == null) return found;
        for (X509CRL list : lists) {
            if (!list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())) continue;
            if (list.getRevokedCertificate(certificate.getSerialNumber()) != null) return Revoked.YES;
            found = Revoked.NO;
        }
        return found;
    }

    boolean isGood() {
        return state == State.OK;
    }

    String line(Instant now) {
        String name = dated.name().equals(dated.file().toString()) ? "" : dated.name() + ": ";
        String whose = principal(now).orElse(dated.subject());
        String kind = dated.certificate() == null ? "revocation list of " : "";
        String serial = dated.serial().map(number -> ", serial " + number).orElse("");
        return "%-7s  %s%s: %s%s%s, %s, %d days left%s"
                .formatted(
                        state.name().toLowerCase(Locale.ROOT),
                        name,
                        dated.file(),
                        kind,
                        whose,
                        serial,
                        dated.until(),
                        daysLeft(now),
                        revoked == Revoked.YES ? ", revoked" : "");
    }

    Map<String, Object> facts(Instant now) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", dated.name());
        facts.put("file", dated.file().toString());
        facts.put("kind", dated.certificate() == null ? "crl" : "certificate");
        facts.put("subject", dated.subject());
        principal(now).ifPresent(name -> facts.put("principal", name));
        dated.serial().ifPresent(serial -> facts.put("serial", serial));
        facts.put("not_after", dated.until().toString());
        facts.put("days_left", daysLeft(now));
        facts.put("revoked", revoked.name().toLowerCase(Locale.ROOT));
        facts.put("state", state.name().toLowerCase(Locale.ROOT));
        return facts;
    }

    private Optional<String> principal(Instant now) {
        X509Certificate certificate = dated.certificate();
        return certificate == null ? Optional.empty() : MadeCertificate.principal(certificate, now);
    }

    private long daysLeft(Instant now) {
        return Math.floorDiv(Duration.between(now, dated.until()).toSeconds(), 86_400L);
    }
}
