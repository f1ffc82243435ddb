package dev.pavise.proxy.pki;

import dev.pavise.policy.Quoted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A certificate signing request (PKCS #10, RFC 2986) of somebody who keeps the key to himself.
 *
 * <p>Guarantees once it is read: whoever made it has the key, the key is strong and one that our TLS takes, and it asks for
 * nothing beyond names and leaf usages. Nothing of it is copied into a certificate but the key and, if the operator says so, the
 * names. Whether they are his is the operator's to know.
 */
public final class SigningRequest {

    private static final long MOST_BYTES = 64L << 10;

    private final PKCS10CertificationRequest request;
    private final PublicKey key;

    private SigningRequest(PKCS10CertificationRequest request, PublicKey key) {
        this.request = request;
        this.key = key;
    }

    /** Reads and checks one PEM file for a certificate of this use. */
    public static SigningRequest read(Path file, CertificateUse use) throws IOException, PkiRefusal {
        PKCS10CertificationRequest request = parse(file);
        try {
            PublicKey key = new JcaPKCS10CertificationRequest(request).getPublicKey();
            RequestedKey.check(request.getSubjectPublicKeyInfo(), key, use);
            checkPossession(request, key);
            RequestedExtensions.check(request, use);
            return new SigningRequest(request, key);
        } catch (GeneralSecurityException | RuntimeException e) {
            // The parser throws what it likes for odd ASN.1; the extensions have a message of their own.
            throw new PkiRefusal(file + ": the public key (subjectPublicKeyInfo) cannot be read");
        } catch (PkiRefusal refusal) {
            throw new PkiRefusal(file + ": " + refusal.why());
        }
    }

    private static PKCS10CertificationRequest parse(Path file) throws IOException, PkiRefusal {
        if (Files.size(file) > MOST_BYTES) throw new PkiRefusal(file + ": is larger than 64 KiB");
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        try (PEMParser parser = new PEMParser(new java.io.StringReader(text))) {
            if (parser.readObject() instanceof PKCS10CertificationRequest found && parser.readObject() == null) {
                return found;
            }
        } catch (IOException | RuntimeException e) {
            throw new PkiRefusal(file + ": is not a whole PEM file");
        }
        throw new PkiRefusal(file + ": does not hold one PEM CERTIFICATE REQUEST and nothing else");
    }

    private static void checkPossession(PKCS10CertificationRequest request, PublicKey key) throws PkiRefusal {
        try {
            if (request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) return;
        } catch (OperatorCreationException | PKCSException | RuntimeException e) {
            // A signature of a kind that the key cannot have made proves as little as a wrong one.
        }
        throw new PkiRefusal("the signature does not prove that whoever asks has the key (signatureValue)");
    }

    /** The key to certify. */
    public PublicKey key() {
        return key;
    }

    /** Whom it says it is for. Refuses what is more than a common name, hosts, addresses and one SPIFFE ID. */
    public SubjectNames names() throws PkiRefusal {
        try {
            return readNames();
        } catch (RuntimeException e) {
            // The parser throws what it likes for odd ASN.1; none of it is a name.
            throw new PkiRefusal("the names (subject, subjectAltName) cannot be read");
        }
    }

    private SubjectNames readNames() throws PkiRefusal {
        List<String> dns = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        List<String> uris = new ArrayList<>();
        for (GeneralName name : alternatives()) {
            switch (name.getTagNo()) {
                case GeneralName.dNSName -> dns.add(String.valueOf(name.getName()));
                case GeneralName.iPAddress -> addresses.add(address(name));
                case GeneralName.uniformResourceIdentifier -> uris.add(String.valueOf(name.getName()));
                default ->
                    throw new PkiRefusal("subjectAltName has a name of kind " + name.getTagNo()
                            + "; only dNSName, iPAddress and URI are signed");
            }
        }
        if (uris.size() > 1)
            throw new PkiRefusal("subjectAltName has " + uris.size() + " URIs; one SPIFFE ID is signed");
        if (uris.stream().anyMatch(uri -> !uri.startsWith("spiffe://"))) {
            throw new PkiRefusal(
                    "subjectAltName has the URI `" + Quoted.of(uris.getFirst()) + "`, which is no SPIFFE ID");
        }
        return new SubjectNames(commonName(), dns, addresses, uris.isEmpty() ? null : uris.getFirst());
    }

    private String commonName() throws PkiRefusal {
        X500Name subject = request.getSubject();
        RDN[] parts = subject.getRDNs();
        if (parts.length != 1
                || parts[0].isMultiValued()
                || !parts[0].getFirst().getType().equals(BCStyle.CN)) {
            throw new PkiRefusal("subject is `" + Quoted.of(subject.toString())
                    + "`; a common name (CN) and nothing else is signed");
        }
        return IETFUtils.valueToString(parts[0].getFirst().getValue());
    }

    private List<GeneralName> alternatives() throws PkiRefusal {
        Extensions asked = request.getRequestedExtensions();
        if (asked == null || asked.getExtension(Extension.subjectAlternativeName) == null) return List.of();
        try {
            return List.of(GeneralNames.fromExtensions(asked, Extension.subjectAlternativeName)
                    .getNames());
        } catch (IllegalArgumentException e) {
            throw new PkiRefusal("subjectAltName cannot be read");
        }
    }

    private static String address(GeneralName name) throws PkiRefusal {
        try {
            byte[] bytes = ASN1OctetString.getInstance(name.getName()).getOctets();
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new PkiRefusal("subjectAltName has an iPAddress that is neither 4 nor 16 bytes long");
        }
    }
}
