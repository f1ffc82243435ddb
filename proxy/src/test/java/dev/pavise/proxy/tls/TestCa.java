package dev.pavise.proxy.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority for tests: makes good certificates in one call and wrong ones in two, all at run time. Keys are EC P-256
 * unless said otherwise.
 *
 * <pre>{@code
 * TestCa ca = TestCa.create("test CA");
 * TestCa.Issued server = ca.server("localhost", "127.0.0.1");
 * TestCa.Issued agent = ca.client("agent").uri("spiffe://example.org/agent").issue();
 * Path cert = server.writeCert(folder, "gateway.crt");
 * }</pre>
 */
public final class TestCa {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Issued own;

    private TestCa(Issued own) {
        this.own = own;
    }

    /** A certificate, the chain above it without the root, and its key. */
    public record Issued(X509Certificate certificate, List<X509Certificate> above, PrivateKey key) {

        /** Leaf first, then the intermediates. */
        public List<X509Certificate> chain() {
            List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
            chain.addAll(above);
            return chain;
        }

        /** Writes the chain as PEM. */
        public Path writeCert(Path folder, String name) {
            return write(folder.resolve(name), chain().toArray());
        }

        /** Writes the key as PKCS#8 PEM. */
        public Path writeKey(Path folder, String name) {
            try {
                return write(folder.resolve(name), new JcaPKCS8Generator(key, null));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A root, valid from a day ago for ten years. */
    public static TestCa create(String commonName) {
        KeyPair pair = newKey("EC", 256);
        Request request = new Request(null, "CN=" + commonName, pair).authority();
        return new TestCa(request.issue());
    }

    /** An authority below this one. */
    public TestCa intermediate(String commonName) {
        return new TestCa(new Request(own, "CN=" + commonName, newKey("EC", 256))
                .authority()
                .issue());
    }

    /** The authority's own certificate and key. */
    public Issued own() {
        return own;
    }

    /** Writes the authority's certificate as PEM. */
    public Path writeCert(Path folder, String name) {
        return write(folder.resolve(name), own.certificate());
    }

    /** A server certificate for these names; what looks like an IP address becomes one. */
    public Issued server(String... names) {
        Request request = new Request(own, "CN=" + names[0], newKey("EC", 256)).usage(KeyPurposeId.id_kp_serverAuth);
        for (String name : names) request.name(name);
        return request.issue();
    }

    /** A good client certificate, to be issued or to be spoilt first. */
    public Request client(String commonName) {
        return new Request(own, "CN=" + commonName, newKey("EC", 256)).usage(KeyPurposeId.id_kp_clientAuth);
    }

    /** A certificate of any kind. */
    public Request request(String subject, KeyPair pair) {
        return new Request(own, subject, pair);
    }

    /** Signs with any key, also one that may not sign. */
    static Issued signedBy(Issued issuer, String subject) {
        return new Request(issuer, subject, newKey("EC", 256))
                .usage(KeyPurposeId.id_kp_clientAuth)
                .issue();
    }

    /** A client certificate that vouches for itself. */
    static Issued selfSigned(String subject) {
        return new Request(null, subject, newKey("EC", 256))
                .usage(KeyPurposeId.id_kp_clientAuth)
                .issue();
    }

    /** A current revocation list that names these. */
    public X509CRL revocationList(X509Certificate... revoked) {
        return revocationList(Instant.now().minus(Duration.ofHours(1)), Duration.ofDays(1), revoked);
    }

    /** A revocation list from a certain time, for a certain time. */
    public X509CRL revocationList(Instant from, Duration life, X509Certificate... revoked) {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(subject(own.certificate()), Date.from(from));
        builder.setNextUpdate(Date.from(from.plus(life)));
        for (X509Certificate each : revoked) builder.addCRLEntry(each.getSerialNumber(), Date.from(from), 1);
        try {
            return new JcaX509CRLConverter()
                    .getCRL(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(own.key())));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a key pair of a kind and size. */
    public static KeyPair newKey(String kind, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            if (kind.equals("EC")) generator.initialize(new ECGenParameterSpec("secp" + bits + "r1"));
            else if (kind.equals("RSA")) generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes certificates, lists or keys as PEM into one file. */
    public static Path write(Path file, Object... objects) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object each : objects) writer.writeObject(each);
            writer.flush();
            return Files.writeString(file, text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static X500Name subject(X509Certificate certificate) {
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
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
        private String hash = "SHA256";

        private Request(@Nullable Issued issuer, String subject, KeyPair pair) {
            this.issuer = issuer;
            this.subject = new X500Name(subject);
            this.pair = pair;
        }

        /** Adds a DNS name or an IP address. */
        public Request name(String name) {
            boolean address = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
            names.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name));
            return this;
        }

        /** Adds a URI, as SPIFFE does. */
        public Request uri(String uri) {
            names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
            return this;
        }

        /** Adds an extended key usage. */
        public Request usage(KeyPurposeId usage) {
            usages.add(usage);
            return this;
        }

        /** Replaces the extended key usages. */
        public Request onlyUsage(KeyPurposeId usage) {
            usages.clear();
            return usage(usage);
        }

        /** Replaces the key usage bits. */
        public Request keyUsage(int bits) {
            keyUsage = bits;
            return this;
        }

        /** Makes it the certificate of an authority. */
        public Request authority() {
            authority = true;
            keyUsage = KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature;
            life = Duration.ofDays(3650);
            return this;
        }

        /** Sets when it counts. */
        public Request valid(Instant start, Duration time) {
            from = start;
            life = time;
            return this;
        }

        /** Sets the hash that it is signed with. */
        public Request hash(String name) {
            hash = name;
            return this;
        }

        /** Signs it. */
        public Issued issue() {
            X500Name signer = issuer == null ? subject : subject(issuer.certificate());
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
                String algorithm = hash + "with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : "RSA");
                X509Certificate made = new JcaX509CertificateConverter()
                        .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(key)));
                return new Issued(made, above(), pair.getPrivate());
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
                GeneralName[] all = names.toArray(new GeneralName[0]);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
            }
        }

        // The root is what the other side has; it is not sent.
        private List<X509Certificate> above() {
            if (issuer == null) return List.of();
            boolean root = issuer.certificate()
                    .getSubjectX500Principal()
                    .equals(issuer.certificate().getIssuerX500Principal());
            return root ? List.of() : issuer.chain();
        }
    }
}
