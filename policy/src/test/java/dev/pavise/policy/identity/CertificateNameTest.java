package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pavise.policy.identity.CertificateName.Reason;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CertificateNameTest {
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final KeyPair ELLIPTIC = keys("EC", "secp256r1");
    private static final String SPIFFE = "spiffe://example.org/ns/prod/agent";

    @ParameterizedTest
    @MethodSource
    void names(String expected, X509Certificate certificate) {
        assertEquals(new CertificateName.Named(expected), CertificateName.of(certificate, NOW));
    }

    static Stream<Arguments> names() {
        return Stream.of(
                Arguments.of(SPIFFE, made("CN=x", uri(SPIFFE))),
                Arguments.of(SPIFFE, made("CN=x", uri(SPIFFE), dns("a.example"))),
                Arguments.of(SPIFFE, made("", uri(SPIFFE))),
                Arguments.of("a.example", made("CN=x", dns("A.Example"), dns("b.example"))),
                Arguments.of("a.example", made("CN=x", uri("https://x.example"), dns("a.example"))),
                Arguments.of("x", made("CN=x")),
                Arguments.of("x, y=z", made("O=o,CN=x\\, y\\=z,C=DE")),
                Arguments.of("x", made("CN=x", uri("https://x.example"))));
    }

    @ParameterizedTest
    @MethodSource
    void refuses(Reason reason, X509Certificate certificate) {
        assertEquals(new CertificateName.Refused(reason), CertificateName.of(certificate, NOW));
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                Arguments.of(Reason.SEVERAL_URIS, made("CN=x", uri(SPIFFE), uri(SPIFFE))),
                Arguments.of(Reason.SEVERAL_URIS, made("CN=x", uri(SPIFFE), uri("spiffe://example.org/other"))),
                Arguments.of(Reason.SEVERAL_URIS, made("CN=x", uri("https://x.example"), uri(SPIFFE))),
                Arguments.of(Reason.MALFORMED_SPIFFE_ID, made("CN=x", uri("spiffe://example.org"))),
                Arguments.of(Reason.MALFORMED, made("CN=spiffe://example.org/admin")),
                Arguments.of(Reason.MALFORMED, made("CN=SPIFFE://example.org/admin")),
                Arguments.of(Reason.MALFORMED, made("CN=x,CN=y")),
                Arguments.of(Reason.MALFORMED, made("CN=x+O=y")),
                Arguments.of(Reason.MALFORMED, made("CN=x\\0Ay")),
                Arguments.of(Reason.MALFORMED, made("CN=x", dns("*.example"))),
                Arguments.of(Reason.NO_NAME, made("O=x")),
                Arguments.of(
                        Reason.EXPIRED,
                        with(
                                ELLIPTIC,
                                NOW.minusSeconds(100),
                                NOW.minusSeconds(1),
                                "SHA256withECDSA",
                                CertificateNameTest::none)),
                Arguments.of(
                        Reason.NOT_YET_VALID,
                        with(
                                ELLIPTIC,
                                NOW.plusSeconds(1),
                                NOW.plusSeconds(100),
                                "SHA256withECDSA",
                                CertificateNameTest::none)),
                Arguments.of(
                        Reason.CERTIFICATE_AUTHORITY,
                        with(extension(Extension.basicConstraints, new BasicConstraints(true)))),
                Arguments.of(
                        Reason.CERTIFICATE_AUTHORITY,
                        with(extension(Extension.basicConstraints, new BasicConstraints(0)))),
                Arguments.of(
                        Reason.CERTIFICATE_AUTHORITY,
                        with(extension(
                                Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign)))),
                Arguments.of(
                        Reason.WRONG_USAGE, with(extension(Extension.keyUsage, new KeyUsage(KeyUsage.keyAgreement)))),
                Arguments.of(
                        Reason.WRONG_USAGE,
                        with(extension(
                                Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)))),
                Arguments.of(Reason.WEAK_KEY, with(keys("RSA", "1024"), "SHA256withRSA")),
                Arguments.of(Reason.WEAK_KEY, with(keys("DSA", "2048"), "SHA256withDSA")),
                Arguments.of(Reason.WEAK_SIGNATURE, with(ELLIPTIC, "SHA1withECDSA")));
    }

    @Test
    void acceptsFitUsagesAndKeys() {
        for (X509Certificate certificate : List.of(
                with(extension(Extension.basicConstraints, new BasicConstraints(false))),
                with(extension(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature))),
                with(extension(Extension.extendedKeyUsage, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                }))),
                with(extension(Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage))),
                with(keys("RSA", "2048"), "SHA256withRSA"),
                with(keys("EC", "secp384r1"), "SHA384withECDSA"),
                with(keys("Ed25519", ""), "Ed25519"))) {
            assertEquals(new CertificateName.Named("x"), CertificateName.of(certificate, NOW));
        }
    }

    @Test
    void refusesUnreadableExtensions() {
        for (ASN1ObjectIdentifier broken : List.of(Extension.subjectAlternativeName, Extension.extendedKeyUsage)) {
            try {
                X509Certificate certificate = with(extension(broken, new DEROctetString(new byte[] {1})));
                assertInstanceOf(CertificateName.Refused.class, CertificateName.of(certificate, NOW));
            } catch (IllegalStateException notEvenACertificate) {
                assertEquals("unmakeable", notEvenACertificate.getMessage());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "spiffe://example.org/a, true",
        "spiffe://example.org/a/b-c_d.e/F9, true",
        "spiffe://1.2.3.4/a, true",
        "spiffe://example.org, false",
        "spiffe://example.org/, false",
        "spiffe://example.org/a/, false",
        "spiffe://example.org//a, false",
        "spiffe://example.org/a/../b, false",
        "spiffe://example.org/., false",
        "spiffe://Example.org/a, false",
        "SPIFFE://example.org/a, false",
        "spiffe:///a, false",
        "spiffe:example.org/a, false",
        "spiffe://example.org:80/a, false",
        "spiffe://u@example.org/a, false",
        "spiffe://example.org/a?b, false",
        "spiffe://example.org/a#b, false",
        "spiffe://example.org/%61, false",
        "spiffe://example.org/\u00e9, false",
        "https://example.org/a, false"
    })
    void readsSpiffeIds(String uri, boolean wellFormed) {
        assertEquals(wellFormed, SpiffeId.isWellFormed(uri));
        assertEquals(!uri.startsWith("https"), SpiffeId.isMeant(uri));
    }

    private interface Step extends Consumer<JcaX509v3CertificateBuilder> {}

    private static GeneralName uri(String uri) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
    }

    private static GeneralName dns(String name) {
        return new GeneralName(GeneralName.dNSName, name);
    }

    /** A certificate without extensions. */
    private static void none(JcaX509v3CertificateBuilder builder) {}

    private static Step extension(ASN1ObjectIdentifier kind, ASN1Encodable value) {
        return builder -> {
            try {
                builder.addExtension(kind, true, value);
            } catch (CertIOException unfit) {
                throw new IllegalStateException(unfit);
            }
        };
    }

    private static X509Certificate made(String subject, GeneralName... names) {
        Step step = names.length == 0
                ? CertificateNameTest::none
                : extension(Extension.subjectAlternativeName, new GeneralNames(names));
        return with(subject, ELLIPTIC, NOW.minusSeconds(100), NOW.plusSeconds(100), "SHA256withECDSA", step);
    }

    private static X509Certificate with(Step step) {
        return with(ELLIPTIC, NOW.minusSeconds(100), NOW.plusSeconds(100), "SHA256withECDSA", step);
    }

    private static X509Certificate with(KeyPair keys, String signature) {
        return with(keys, NOW.minusSeconds(100), NOW.plusSeconds(100), signature, CertificateNameTest::none);
    }

    private static X509Certificate with(KeyPair keys, Instant from, Instant to, String signature, Step step) {
        return with("CN=x", keys, from, to, signature, step);
    }

    private static X509Certificate with(
            String subject, KeyPair keys, Instant from, Instant to, String signature, Step step) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=ca"),
                    BigInteger.ONE,
                    Date.from(from),
                    Date.from(to),
                    new X500Name(subject),
                    keys.getPublic());
            step.accept(builder);
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(signature).build(keys.getPrivate())));
        } catch (Exception unmakeable) {
            throw new IllegalStateException("unmakeable", unmakeable);
        }
    }

    private static KeyPair keys(String kind, String size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            if (size.startsWith("secp")) {
                generator.initialize(new ECGenParameterSpec(size));
            } else if (!size.isEmpty()) {
                generator.initialize(Integer.parseInt(size));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }
}
