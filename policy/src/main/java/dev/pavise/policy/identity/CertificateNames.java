package dev.pavise.policy.identity;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.identity.CertificateName.Named;
import dev.pavise.policy.identity.CertificateName.Reason;
import dev.pavise.policy.identity.CertificateName.Refused;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Chooses among the names in a certificate. */
final class CertificateNames {
    private static final int URI = 6;
    private static final int DNS = 2;
    private static final int MAX_COMMON_NAME = 255;

    private CertificateNames() {}

    static CertificateName of(X509Certificate certificate) {
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            List<String> uris = ofKind(URI, alternatives);
            if (uris.stream().anyMatch(SpiffeId::isMeant)) {
                return ofSpiffe(uris);
            }
            List<String> hosts = ofKind(DNS, alternatives);
            return hosts.isEmpty() ? ofCommonName(certificate) : ofHost(hosts.getFirst());
        } catch (CertificateParsingException | InvalidNameException unreadable) {
            return new Refused(Reason.MALFORMED);
        }
    }

    /** A SPIFFE certificate has exactly one URI (X509-SVID, section 2). */
    private static CertificateName ofSpiffe(List<String> uris) {
        if (uris.size() > 1) {
            return new Refused(Reason.SEVERAL_URIS);
        }
        String id = uris.getFirst();
        return SpiffeId.isWellFormed(id) ? new Named(id) : new Refused(Reason.MALFORMED_SPIFFE_ID);
    }

    private static CertificateName ofHost(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        // A wildcard names many hosts and so no client.
        return name.matches("[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?")
                ? new Named(name)
                : new Refused(Reason.MALFORMED);
    }

    private static CertificateName ofCommonName(X509Certificate certificate) throws InvalidNameException {
        List<String> names = new ArrayList<>();
        for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
            // A part can hold several attributes at once; whether its first is the common name would be chance.
            if (part.toAttributes().get("CN") != null) {
                names.add(
                        part.toAttributes().get("CN").size() == 1 && part.size() == 1
                                ? String.valueOf(part.getValue())
                                : "");
            }
        }
        if (names.size() != 1) {
            return new Refused(names.isEmpty() ? Reason.NO_NAME : Reason.MALFORMED);
        }
        String name = names.getFirst();
        boolean fit = !name.isBlank()
                && name.length() <= MAX_COMMON_NAME
                && name.equals(name.strip())
                && Quoted.isPlain(name)
                && !SpiffeId.isMeant(name);
        return fit ? new Named(name) : new Refused(Reason.MALFORMED);
    }

    private static List<String> ofKind(int kind, Collection<List<?>> alternatives) {
        List<String> names = new ArrayList<>();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(0) instanceof Integer found
                        && found == kind
                        && alternative.get(1) instanceof String name) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
