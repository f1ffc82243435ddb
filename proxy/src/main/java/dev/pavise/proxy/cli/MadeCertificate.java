package dev.pavise.proxy.cli;

import dev.pavise.policy.identity.CertificateName;
import dev.pavise.proxy.pki.Authority;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a command tells of a certificate that it made.
 *
 * @param key null where the key is not here
 * @param shortened whether it ends with its authority
 */
record MadeCertificate(
        X509Certificate certificate, Path file, @Nullable Path key, boolean shortened) {

    static MadeCertificate of(X509Certificate made, Path file, @Nullable Path key, Authority authority) {
        boolean shortened = made.getNotAfter()
                .toInstant()
                .equals(authority.certificate().getNotAfter().toInstant());
        return new MadeCertificate(made, file, key, shortened);
    }

    void print(PrintWriter out, ResultFormat format, Instant now) {
        if (format == ResultFormat.JSON) {
            out.println(JsonMapper.shared().writeValueAsString(facts(now)));
            return;
        }
        Instant end = certificate.getNotAfter().toInstant();
        String whose = principal(certificate, now)
                .orElse("`" + certificate.getSubjectX500Principal().getName() + "`");
        out.println(file + ": certificate of " + whose + ", serial "
                + certificate.getSerialNumber().toString(16) + ", good until " + end
                + (shortened ? ", when its authority ends" : ""));
        if (key != null) out.println(key + ": its key, for its owner alone");
    }

    private Map<String, Object> facts(Instant now) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("certificate", file.toString());
        if (key != null) facts.put("key", key.toString());
        facts.put("subject", certificate.getSubjectX500Principal().getName());
        principal(certificate, now).ifPresent(name -> facts.put("principal", name));
        facts.put("serial", certificate.getSerialNumber().toString(16));
        facts.put("not_after", certificate.getNotAfter().toInstant().toString());
        return facts;
    }

    /** Under which name the gateway knows the certificate's owner; empty where it is none that callers have. */
    static Optional<String> principal(X509Certificate certificate, Instant now) {
        return CertificateName.of(certificate, now) instanceof CertificateName.Named(String name)
                ? Optional.of("cert:" + name)
                : Optional.empty();
    }
}
