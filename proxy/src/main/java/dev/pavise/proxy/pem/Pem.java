package dev.pavise.proxy.pem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/** Reads PEM files (RFC 7468, and the older key forms of OpenSSL). Problems name the file and never its content. */
public final class Pem {

    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_CERTIFICATES = 1000;

    private Pem() {}

    /** The certificates of a file in their order; at least one. */
    public static List<X509Certificate> certificates(Path file) throws BadMaterialException {
        List<X509Certificate> found = new ArrayList<>();
        for (Object object : objects(file)) {
            if (object instanceof X509CertificateHolder holder) found.add(certificate(file, holder));
            if (found.size() > MOST_CERTIFICATES) {
                throw new BadMaterialException(file + ": more than " + MOST_CERTIFICATES + " certificates");
            }
        }
        if (found.isEmpty()) throw new BadMaterialException(file + ": holds no PEM certificate");
        return List.copyOf(found);
    }

    /** The one private key of a file. */
    public static PrivateKey privateKey(Path file) throws BadMaterialException {
        PrivateKeyInfo key = null;
        for (Object object : objects(file)) {
            PrivateKeyInfo here = keyIn(file, object);
            if (here != null && key != null) throw new BadMaterialException(file + ": holds more than one private key");
            if (here != null) key = here;
        }
        if (key == null) throw new BadMaterialException(file + ": holds no PEM private key");
        try {
            return new JcaPEMKeyConverter().getPrivateKey(key);
        } catch (IOException | RuntimeException e) {
            throw new BadMaterialException(file + ": holds a private key of a kind that cannot be read");
        }
    }

    /** The revocation lists of a file; at least one. */
    public static List<X509CRL> revocationLists(Path file) throws BadMaterialException {
        List<X509CRL> found = new ArrayList<>();
        for (Object object : objects(file)) {
            if (object instanceof X509CRLHolder holder) found.add(revocationList(file, holder));
        }
        if (found.isEmpty()) throw new BadMaterialException(file + ": holds no PEM revocation list (X509 CRL)");
        return List.copyOf(found);
    }

    private static @Nullable PrivateKeyInfo keyIn(Path file, Object object) throws BadMaterialException {
        return switch (object) {
            case PEMKeyPair pair -> pair.getPrivateKeyInfo();
            case PrivateKeyInfo info -> info;
            case PEMEncryptedKeyPair encrypted -> throw encrypted(file);
            case PKCS8EncryptedPrivateKeyInfo encrypted -> throw encrypted(file);
            default -> null;
        };
    }

    private static BadMaterialException encrypted(Path file) {
        return new BadMaterialException(file + ": the private key is encrypted; decrypt it, and keep the file readable"
                + " to the gateway's user only (0600)");
    }

    private static X509Certificate certificate(Path file, X509CertificateHolder holder) throws BadMaterialException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(holder.getEncoded()));
        } catch (CertificateException | IOException | RuntimeException e) {
            throw new BadMaterialException(file + ": holds a certificate that cannot be read");
        }
    }

    private static X509CRL revocationList(Path file, X509CRLHolder holder) throws BadMaterialException {
        try {
            return new JcaX509CRLConverter().getCRL(holder);
        } catch (java.security.cert.CRLException | RuntimeException e) {
            throw new BadMaterialException(file + ": holds a revocation list that cannot be read");
        }
    }

    private static List<Object> objects(Path file) throws BadMaterialException {
        List<Object> objects = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(text(file)))) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) objects.add(next);
        } catch (IOException | RuntimeException e) {
            throw new BadMaterialException(file + ": is not a whole PEM file");
        }
        return objects;
    }

    private static String text(Path file) throws BadMaterialException {
        try {
            if (Files.size(file) > MOST_BYTES) throw new BadMaterialException(file + ": is larger than 64 MiB");
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new BadMaterialException(file + ": does not exist");
        } catch (IOException e) {
            throw new BadMaterialException(file + ": cannot be read; is it readable to the gateway's user?");
        }
    }
}
