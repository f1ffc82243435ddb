package dev.pavise.k8s.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.util.io.pem.PemObjectGenerator;
import org.bouncycastle.util.io.pem.PemWriter;

/** PEM (RFC 7468) as Secrets hold it. What cannot be read is empty, whatever it is: a Secret that somebody broke is made anew. */
final class PemText {
    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_CERTIFICATES = 100;

    private PemText() {}

    static String of(List<X509Certificate> certificates) {
        StringBuilder all = new StringBuilder();
        for (X509Certificate each : certificates) {
            try {
                all.append(text(new JcaMiscPEMGenerator(each)));
            } catch (IOException unwritable) {
                throw new UncheckedIOException("a certificate cannot be written", unwritable);
            }
        }
        return all.toString();
    }

    static String of(PrivateKey key) {
        try {
            return text(new JcaPKCS8Generator(key, null));
        } catch (IOException unwritable) {
            throw new UncheckedIOException("a key cannot be written", unwritable);
        }
    }

    static String of(PublicKey key) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    /** All of a text, in order; none where any part of it is something else. */
    static List<X509Certificate> certificates(String text) {
        List<X509Certificate> found = new ArrayList<>();
        for (Object object : objects(text)) {
            if (!(object instanceof X509CertificateHolder holder) || found.size() == MOST_CERTIFICATES) {
                return List.of();
            }
            try {
                found.add((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(holder.getEncoded())));
            } catch (CertificateException | IOException | RuntimeException unreadable) {
                return List.of();
            }
        }
        return found;
    }

    /** The one key of a text. */
    static Optional<PrivateKey> key(String text) {
        List<Object> objects = objects(text);
        if (objects.size() != 1) {
            return Optional.empty();
        }
        try {
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            return switch (objects.getFirst()) {
                case PrivateKeyInfo info -> Optional.of(converter.getPrivateKey(info));
                case PEMKeyPair pair -> Optional.of(converter.getPrivateKey(pair.getPrivateKeyInfo()));
                default -> Optional.empty();
            };
        } catch (IOException | RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    /** The one public key of a text. */
    static Optional<PublicKey> publicKey(String text) {
        List<Object> objects = objects(text);
        if (objects.size() != 1 || !(objects.getFirst() instanceof SubjectPublicKeyInfo info)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new JcaPEMKeyConverter().getPublicKey(info));
        } catch (IOException | RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    private static List<Object> objects(String text) {
        if (text.length() > MOST_CHARACTERS) {
            return List.of();
        }
        List<Object> objects = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                objects.add(next);
            }
        } catch (IOException | RuntimeException unreadable) {
            return List.of();
        }
        return objects;
    }

    private static String text(PemObjectGenerator object) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(object);
        } catch (IOException unwritable) {
            throw new UncheckedIOException("PEM cannot be written", unwritable);
        }
        return text.toString();
    }
}
