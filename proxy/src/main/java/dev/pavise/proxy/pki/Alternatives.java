package dev.pavise.proxy.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;

/** The alternative names of a certificate that is there already. */
final class Alternatives {

    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int ADDRESS = 7;

    private Alternatives() {}

    /** As they stand in it. */
    static Optional<GeneralNames> of(X509Certificate certificate) throws PkiRefusal {
        byte[] value = certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
        if (value == null) return Optional.empty();
        try {
            return Optional.of(
                    GeneralNames.getInstance(ASN1OctetString.getInstance(value).getOctets()));
        } catch (IllegalArgumentException e) {
            throw new PkiRefusal("the certificate's alternative names (subjectAltName) cannot be read");
        }
    }

    /** The subject and each alternative name, with its kind before it. */
    static List<String> listed(X509Certificate certificate) {
        List<String> all = new ArrayList<>();
        all.add(certificate.getSubjectX500Principal().getName());
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) return all;
            for (List<?> name : names) {
                if (!(name.getFirst() instanceof Integer kind)) continue;
                all.add(
                        switch (kind) {
                            case DNS -> "DNS:" + name.get(1);
                            case URI -> "URI:" + name.get(1);
                            case ADDRESS -> "IP:" + name.get(1);
                            default -> "other:" + kind;
                        });
            }
        } catch (CertificateParsingException e) {
            all.add("subjectAltName cannot be read");
        }
        return all;
    }
}
