package dev.pavise.proxy.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SigningRequestTest {
    private static final KeyPair P256 = TestCa.newKey("EC", 256);

    @TempDir
    Path folder;

    private static byte[] request(
            String subject, KeyPair shown, KeyPair signing, String algorithm, Consumer<Asked> more) throws Exception {
        PKCS10CertificationRequestBuilder builder = new PKCS10CertificationRequestBuilder(
                new X500Name(subject),
                SubjectPublicKeyInfo.getInstance(shown.getPublic().getEncoded()));
        Asked asked = new Asked(builder, new ExtensionsGenerator());
        more.accept(asked);
        if (!asked.extensions.isEmpty()) {
            builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, asked.extensions.generate());
        }
        return builder.build(new JcaContentSignerBuilder(algorithm).build(signing.getPrivate()))
                .getEncoded();
    }

    private static byte[] with(Consumer<Asked> more) throws Exception {
        return request("CN=agent", P256, P256, "SHA256withECDSA", more);
    }

    private record Asked(PKCS10CertificationRequestBuilder builder, ExtensionsGenerator extensions) {
        Asked extension(ASN1ObjectIdentifier name, ASN1Encodable value) {
            try {
                extensions.addExtension(name, false, value);
                return this;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        Asked names(GeneralName... names) {
            return extension(Extension.subjectAlternativeName, new GeneralNames(names));
        }
    }

    private Path pem(byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                folder.resolve("a.csr"),
                "-----BEGIN CERTIFICATE REQUEST-----\n" + text + "\n-----END CERTIFICATE REQUEST-----\n");
    }

    static Stream<Arguments> wrongRequests() throws Exception {
        KeyPair other = TestCa.newKey("EC", 256);
        return Stream.of(
                Arguments.of("signatureValue", request("CN=a", P256, other, "SHA256withECDSA", none -> {})),
                Arguments.of("RSA key of 1024 bits", own("RSA", 1024, "SHA256withRSA")),
                Arguments.of("curve", own("EC", 521, "SHA512withECDSA")),
                Arguments.of("EdDSA", own("Ed25519", 255, "Ed25519")),
                Arguments.of(
                        "basicConstraints",
                        with(asked -> asked.extension(Extension.basicConstraints, new BasicConstraints(true)))),
                Arguments.of(
                        "keyUsage",
                        with(asked -> asked.extension(Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign)))),
                Arguments.of(
                        "keyUsage",
                        with(asked -> asked.extension(
                                Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.decipherOnly)))),
                Arguments.of(
                        "extendedKeyUsage",
                        with(asked -> asked.extension(
                                Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)))),
                Arguments.of(
                        "extendedKeyUsage",
                        with(asked -> asked.extension(
                                Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage)))),
                Arguments.of(
                        "extension 2.5.29.30",
                        with(asked -> asked.extension(Extension.nameConstraints, new DERUTF8String("x")))),
                Arguments.of(
                        "attribute 1.2.3.4",
                        with(asked -> asked.builder.addAttribute(
                                new ASN1ObjectIdentifier("1.2.3.4"), new DERUTF8String("x")))),
                Arguments.of("extensionRequest", with(asked -> {
                    asked.names(new GeneralName(GeneralName.dNSName, "a"));
                    asked.builder.addAttribute(
                            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, new DERUTF8String("x"));
                })),
                Arguments.of("one PEM CERTIFICATE REQUEST", new byte[0]));
    }

    private static byte[] own(String kind, int bits, String algorithm) throws Exception {
        KeyPair pair = TestCa.newKey(kind, bits);
        return request("CN=a", pair, pair, algorithm, none -> {});
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongRequests")
    void refusesRequestAndNamesTheField(String field, byte[] der) throws Exception {
        Path file = der.length == 0
                ? TestCa.write(folder.resolve("a.csr"), TestCa.create("x").own().certificate())
                : pem(der);
        PkiRefusal refusal = assertThrows(PkiRefusal.class, () -> SigningRequest.read(file, CertificateUse.CLIENT));
        assertTrue(refusal.why().contains(field), refusal.why());
        assertTrue(refusal.why().contains("a.csr"), refusal.why());
    }

    static Stream<Arguments> wrongNames() throws Exception {
        return Stream.of(
                Arguments.of("subject", request("CN=a,O=Evil", P256, P256, "SHA256withECDSA", none -> {})),
                Arguments.of("subject", request("O=Evil", P256, P256, "SHA256withECDSA", none -> {})),
                Arguments.of("subject", request("CN=a+CN=b", P256, P256, "SHA256withECDSA", none -> {})),
                Arguments.of(
                        "subjectAltName",
                        with(asked -> asked.names(new GeneralName(GeneralName.rfc822Name, "a@example.org")))),
                Arguments.of(
                        "2 URIs",
                        with(asked -> asked.names(
                                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://a/b"),
                                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://a/c")))),
                Arguments.of(
                        "no SPIFFE ID",
                        with(asked ->
                                asked.names(new GeneralName(GeneralName.uniformResourceIdentifier, "https://a/b")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongNames")
    void acceptsNoNamesThatItWouldNotSign(String field, byte[] der) throws Exception {
        SigningRequest request = SigningRequest.read(pem(der), CertificateUse.CLIENT);
        PkiRefusal refusal = assertThrows(PkiRefusal.class, request::names);
        assertTrue(refusal.why().contains(field), refusal.why());
    }

    @Test
    void readsTheNamesThatAreAskedFor() throws Exception {
        SigningRequest request = SigningRequest.read(
                pem(with(asked -> asked.names(
                                new GeneralName(GeneralName.dNSName, "a.example"),
                                new GeneralName(GeneralName.iPAddress, "10.0.0.1"),
                                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://a/b"))
                        .extension(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature))
                        .extension(Extension.basicConstraints, new BasicConstraints(false)))),
                CertificateUse.CLIENT);
        assertEquals(
                new SubjectNames("agent", List.of("a.example"), List.of("10.0.0.1"), "spiffe://a/b"), request.names());
        assertEquals(P256.getPublic(), request.key());
    }

    @ParameterizedTest
    @CsvSource({"EC, 256, SHA256withECDSA", "EC, 384, SHA384withECDSA", "RSA, 2048, SHA256withRSA"})
    void takesKeysThatTheGatewayTakes(String kind, int bits, String algorithm) throws Exception {
        var ignored = SigningRequest.read(pem(own(kind, bits, algorithm)), CertificateUse.SERVER);
    }

    /** What is still taken, for instance with other unused bits after the signature, asks for the very same. */
    @Test
    void survivesWhateverStandsInTheFile() throws Exception {
        byte[] good = with(asked -> asked.names(new GeneralName(GeneralName.dNSName, "a.example")));
        SubjectNames names =
                SigningRequest.read(pem(good), CertificateUse.CLIENT).names();
        Random random = new Random(20_261_120);
        int refused = 0;
        for (int round = 0; round < 500; round++) {
            try {
                SigningRequest read = SigningRequest.read(pem(spoilt(good, random)), CertificateUse.CLIENT);
                assertEquals(names, read.names());
                assertEquals(P256.getPublic(), read.key());
            } catch (PkiRefusal refusal) {
                refused++;
            }
        }
        assertTrue(refused > 450, refused + " refused");
    }

    /** Whoever asks signs what he likes, so a good signature says nothing about the rest. */
    @Test
    void survivesWhateverStandsInASignedRequest() throws Exception {
        PKCS10CertificationRequest good = new PKCS10CertificationRequest(with(asked -> asked.names(
                new GeneralName(GeneralName.dNSName, "a.example"),
                new GeneralName(GeneralName.iPAddress, "10.0.0.1"),
                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://a/b"))));
        byte[] info = good.toASN1Structure().getCertificationRequestInfo().getEncoded();
        Random random = new Random(20_261_121);
        int read = 0;
        for (int round = 0; round < 500; round++) {
            byte[] bad = spoilt(info, random);
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(P256.getPrivate());
            signer.update(bad);
            try {
                byte[] request = new DERSequence(new ASN1Encodable[] {
                            ASN1Primitive.fromByteArray(bad),
                            good.getSignatureAlgorithm(),
                            new DERBitString(signer.sign())
                        })
                        .getEncoded();
                SubjectNames names =
                        SigningRequest.read(pem(request), CertificateUse.CLIENT).names();
                names.check(CertificateUse.CLIENT);
                read++;
            } catch (PkiRefusal refused) {
                assertTrue(refused.why().length() < 500, refused.why());
            } catch (IOException notEvenAsn1) {
                assertFalse(notEvenAsn1 instanceof java.nio.file.FileSystemException, notEvenAsn1.toString());
            }
        }
        assertTrue(read > 0, "some are still readable");
    }

    private static byte[] spoilt(byte[] good, Random random) {
        byte[] bad = good.clone();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(bad.length);
            bad[at] = (byte) (bad[at] ^ random.nextInt(1, 256));
        }
        return bad;
    }
}
