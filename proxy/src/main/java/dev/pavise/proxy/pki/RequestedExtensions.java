package dev.pavise.proxy.pki;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/** Refuses a request that asks for more than it would get: better told than left out without a word. */
final class RequestedExtensions {

    private static final Map<ASN1ObjectIdentifier, String> KNOWN = Map.of(
            Extension.subjectAlternativeName, "subjectAltName",
            Extension.basicConstraints, "basicConstraints",
            Extension.keyUsage, "keyUsage",
            Extension.extendedKeyUsage, "extendedKeyUsage",
            Extension.subjectKeyIdentifier, "subjectKeyIdentifier");

    /** What some tools put beside the extensions; it never reaches a certificate. */
    private static final Set<ASN1ObjectIdentifier> HARMLESS =
            Set.of(PKCSObjectIdentifiers.pkcs_9_at_challengePassword, PKCSObjectIdentifiers.pkcs_9_at_unstructuredName);

    /** Usages of an RSA key in old TLS; certificates made here do not carry them, and clients do not miss them. */
    private static final int SIGNS_HANDSHAKES = KeyUsage.digitalSignature
            | KeyUsage.nonRepudiation
            | KeyUsage.keyEncipherment
            | KeyUsage.dataEncipherment
            | KeyUsage.keyAgreement;

    private RequestedExtensions() {}

    static void check(PKCS10CertificationRequest request, CertificateUse use) throws PkiRefusal {
        boolean seen = false;
        for (Attribute attribute : request.getAttributes()) {
            boolean extensions = attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest);
            if (extensions && (seen || attribute.getAttrValues().size() != 1)) {
                throw new PkiRefusal("extensionRequest is there more than once");
            }
            seen |= extensions;
            if (!extensions && !HARMLESS.contains(attribute.getAttrType())) {
                throw new PkiRefusal("attribute " + attribute.getAttrType() + " is not known");
            }
        }
        if (!seen) return;
        Extensions asked;
        try {
            asked = request.getRequestedExtensions();
        } catch (RuntimeException e) {
            throw new PkiRefusal("extensionRequest cannot be read");
        }
        try {
            for (ASN1ObjectIdentifier each : asked.getExtensionOIDs()) check(each, asked, use);
        } catch (RuntimeException e) {
            throw new PkiRefusal("an extension that is asked for cannot be read");
        }
    }

    private static void check(ASN1ObjectIdentifier each, Extensions asked, CertificateUse use) throws PkiRefusal {
        if (!KNOWN.containsKey(each)) {
            throw new PkiRefusal("extension " + each + " is asked for; only " + String.join(", ", names()) + " may be");
        }
        if (each.equals(Extension.basicConstraints)
                && BasicConstraints.fromExtensions(asked).isCA()) {
            throw new PkiRefusal("basicConstraints asks for an authority (CA:true); only leaves are signed");
        }
        if (each.equals(Extension.keyUsage)) checkUsage(KeyUsage.fromExtensions(asked));
        if (each.equals(Extension.extendedKeyUsage)) checkPurposes(ExtendedKeyUsage.fromExtensions(asked), use);
    }

    private static void checkUsage(KeyUsage usage) throws PkiRefusal {
        int bits = usage.getPadBits() >= 0 ? value(usage) : 0;
        if ((bits & ~SIGNS_HANDSHAKES) != 0) {
            throw new PkiRefusal("keyUsage asks for more than a leaf's (keyCertSign, cRLSign or the like)");
        }
    }

    private static int value(KeyUsage usage) {
        byte[] bytes = usage.getBytes();
        int low = bytes.length > 0 ? bytes[0] & 0xFF : 0;
        return bytes.length > 1 ? low | (bytes[1] & 0xFF) << 8 : low;
    }

    private static void checkPurposes(ExtendedKeyUsage asked, CertificateUse use) throws PkiRefusal {
        Set<KeyPurposeId> more = new HashSet<>(List.of(asked.getUsages()));
        more.removeAll(new HashSet<>(use.purposes()));
        if (!more.isEmpty()) {
            throw new PkiRefusal(
                    "extendedKeyUsage asks for " + more.iterator().next().getId() + ", which a " + use.code()
                            + " certificate is not for; name another with --use");
        }
    }

    private static List<String> names() {
        return KNOWN.values().stream().sorted().toList();
    }
}
