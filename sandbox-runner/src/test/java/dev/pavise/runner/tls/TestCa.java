package dev.pavise.runner.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority for tests: makes good certificates in one call and wrong ones in two, all at run time. */
public final class TestCa {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Issued own;

    private TestCa(Issued own) {
        this.own = own;
    }

    /** A certificate and its key. */
    public record Issued(X509Certificate certificate, PrivateKey key) {
        public Path writeCert(Path file) {
            return pem(file, "CERTIFICATE", encoded(certificate));
        }

        public Path writeKey(Path file) {
            return pem(file, "PRIVATE KEY", key.getEncoded());
        }
    }

    /** A root, valid from a day ago. */
    public static TestCa create(String name) {
        return new TestCa(new Request(null, name, newKey("EC", 256)).authority().issue());
    }

    public Issued own() {
        return own;
    }

    public Path writeCert(Path file) {
        return own.writeCert(file);
    }

    /** A server certificate for loopback. */
    public Issued server() {
        return new Request(own, "runner", newKey("EC", 256))
                .usage(KeyPurposeId.id_kp_serverAuth)
                .name(GeneralName.dNSName, "localhost")
                .name(GeneralName.iPAddress, "127.0.0.1")
                .issue();
    }

    /** A good client certificate with this DNS name, to be issued or to be spoilt first. */
    public Request client(String name) {
        return nameless().name(GeneralName.dNSName, name);
    }

    /** A client certificate without a name. */
    public Request nameless() {
        return new Request(own, "gateway", newKey("EC", 256)).usage(KeyPurposeId.id_kp_clientAuth);
    }

    /** A client certificate for a key of some kind. */
    public Request client(String name, KeyPair pair) {
        return new Request(own, "gateway", pair)
                .usage(KeyPurposeId.id_kp_clientAuth)
                .name(GeneralName.dNSName, name);
    }

    public static KeyPair newKey(String kind, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            if (kind.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp" + bits + "r1"));
            } else {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path pem(Path file, String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        try {
            return Files.writeString(
                    file, "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A certificate before it is signed. */
    public static final class Request {
        private final @Nullable Issued issuer;
        private final X500Name subject;
        private final KeyPair pair;
        private final List<GeneralName> names = new ArrayList<>();
        private final List<KeyPurposeId> usages = new ArrayList<>();
        private Instant from = Instant.now().minus(Duration.ofDays(1));
        private Duration life = Duration.ofDays(365);
        private int keyUsage = KeyUsage.digitalSignature;
        private boolean authority;

        private Request(@Nullable Issued issuer, String name, KeyPair pair) {
            this.issuer = issuer;
            this.subject = new X500Name("CN=" + name);
            this.pair = pair;
        }

        public Request name(int kind, String name) {
            names.add(new GeneralName(kind, name));
            return this;
        }

        public Request uri(String uri) {
            return name(GeneralName.uniformResourceIdentifier, uri);
        }

        public Request usage(KeyPurposeId usage) {
            usages.clear();
            usages.add(usage);
            return this;
        }

        public Request noUsage() {
            usages.clear();
            return this;
        }

        public Request keyUsage(int bits) {
            keyUsage = bits;
            return this;
        }

        public Request authority() {
            authority = true;
            keyUsage = KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature;
            return this;
        }

        public Request valid(Instant start, Duration time) {
            from = start;
            life = time;
            return this;
        }

        public Issued issue() {
            X500Name signer = issuer == null
                    ? subject
                    : X500Name.getInstance(
                            issuer.certificate().getSubjectX500Principal().getEncoded());
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    signer,
                    new BigInteger(120, RANDOM).setBit(119),
                    Date.from(from),
                    Date.from(from.plus(life)),
                    subject,
                    pair.getPublic());
            PrivateKey key = issuer == null ? pair.getPrivate() : issuer.key();
            try {
                extend(builder);
                X509Certificate made = new JcaX509CertificateConverter()
                        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
                return new Issued(made, pair.getPrivate());
            } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private void extend(X509v3CertificateBuilder builder) throws CertIOException {
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    authority ? new BasicConstraints(5) : new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
            if (!usages.isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(usages.toArray(new KeyPurposeId[0])));
            }
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(new GeneralName[0])));
            }
        }
    }
}
