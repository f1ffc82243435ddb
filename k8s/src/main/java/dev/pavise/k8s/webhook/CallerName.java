package dev.pavise.k8s.webhook;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Whether who asks is the API server, by the names of its certificate. The chain was verified by the handshake. */
final class CallerName {
    private static final int DNS = 2;

    private CallerName() {}

    /** @param names one of which the certificate has to bear; without any, nobody is asked for a certificate */
    static boolean mayAsk(SSLSession session, List<String> names) {
        if (names.isEmpty()) {
            return true;
        }
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    && bears(certificate, Set.copyOf(names));
        } catch (SSLPeerUnverifiedException | CertificateParsingException | InvalidNameException e) {
            return false;
        }
    }

    private static boolean bears(X509Certificate certificate, Set<String> names)
            throws CertificateParsingException, InvalidNameException {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(0).equals(DNS) && names.contains(String.valueOf(alternative.get(1)))) {
                    return true;
                }
            }
        }
        for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
            if (part.getType().equalsIgnoreCase("CN") && names.contains(String.valueOf(part.getValue()))) {
                return true;
            }
        }
        return false;
    }
}
