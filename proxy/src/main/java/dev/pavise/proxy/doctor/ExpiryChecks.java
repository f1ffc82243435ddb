package dev.pavise.proxy.doctor;

import dev.pavise.proxy.expiry.ConfiguredCertificates;
import dev.pavise.proxy.expiry.Dated;
import java.time.Duration;

/** How long certificates and revocation lists are good. */
final class ExpiryChecks {
    private static final String RENEW =
            "renew it: `pavise security renew`, for a revocation list `pavise security gen-crl`";

    private ExpiryChecks() {}

    static void certificates(Examined examined, Notes notes) {
        ConfiguredCertificates all = ConfiguredCertificates.of(examined.config());
        all.problems().forEach(problem -> notes.bad(problem, "put a PEM file there that the gateway's user can read"));
        for (Dated each : all.dated()) {
            long days = Duration.between(examined.now(), each.until()).toDays();
            if (each.isOver(examined.now())) {
                notes.bad(each.described() + " ended at " + each.until(), RENEW);
            } else if (each.isDue(examined.now())) {
                notes.warn(each.described() + " ends in " + days + " days, at " + each.until(), RENEW);
            } else {
                notes.ok(each.described() + " is good for " + days + " days");
            }
        }
        if (all.dated().isEmpty() && all.problems().isEmpty()) {
            notes.notApplicable("no certificate is configured, and the throwaway one has not been made yet");
        }
    }
}
