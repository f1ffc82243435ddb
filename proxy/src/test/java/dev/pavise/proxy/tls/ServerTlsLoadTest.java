package dev.pavise.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.config.ClientAuth;
import dev.pavise.proxy.config.TlsConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a door's files must be like, and what is said of those that are not. */
final class ServerTlsLoadTest {

    private static final TestCa CA = TestCa.create("servers");

    @TempDir
    private Path folder;

    @Test
    void takesTheCommonKindsOfKeys() {
        ready(CA.server("localhost"));
        ready(serverWith(TestCa.newKey("EC", 384)));
        ready(serverWith(TestCa.newKey("RSA", 2048)));
        ready(CA.intermediate("middle").server("localhost"));
    }

    @Test
    void takesTraditionalKeyFiles() throws Exception {
        KeyPair rsa = TestCa.newKey("RSA", 2048);
        Path rsaKey = TestCa.write(folder.resolve("rsa.key"), rsa.getPrivate());
        assertTrue(text(rsaKey).contains("BEGIN RSA PRIVATE KEY"), "wrong form");
        ServerTlsTest.ready(load(serverWith(rsa).writeCert(folder, "rsa.crt"), rsaKey));

        KeyPair curve = TestCa.newKey("EC", 256);
        Path curveKey = Files.writeString(folder.resolve("ec.key"), asOpenSslWrites((ECPrivateKey) curve.getPrivate()));
        ServerTlsTest.ready(load(serverWith(curve).writeCert(folder, "ec.crt"), curveKey));
    }

    /** As {@code openssl ecparam -genkey} does: the curve first, then the key in the form of RFC 5915. */
    private static String asOpenSslWrites(ECPrivateKey key) throws IOException {
        ASN1ObjectIdentifier curve = SECObjectIdentifiers.secp256r1;
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject("EC PARAMETERS", curve.getEncoded()));
            var sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(256, key.getS(), curve);
            writer.writeObject(new PemObject("EC PRIVATE KEY", sec1.getEncoded()));
        }
        return text.toString();
    }

    @Test
    void tellsTheFactsOfTheCertificate() {
        TestCa.Issued server = CA.server("Gateway.Example.com", "*.example.com", "127.0.0.1", "::1");
        CertificateFacts facts = ready(server).facts();
        assertEquals(List.of("gateway.example.com", "*.example.com", "127.0.0.1", "::1"), facts.names());
        assertEquals(server.certificate().getNotAfter().toInstant(), facts.notAfter());
    }

    @Test
    void refusesWhatItCannotServe() {
        Instant now = Instant.now();
        TestCa.Issued good = CA.server("localhost");
        refuses(
                "expired at",
                load(spoilt().valid(now.minus(Duration.ofDays(3)), Duration.ofDays(2))
                        .issue()));
        refuses(
                "not valid before",
                load(spoilt().valid(now.plus(Duration.ofDays(1)), Duration.ofDays(2))
                        .issue()));
        refuses(
                "not meant for TLS servers",
                load(spoilt().onlyUsage(KeyPurposeId.id_kp_clientAuth).issue()));
        refuses("shorter than 2048 bits", load(serverWith(TestCa.newKey("RSA", 1024))));
        refuses("use EC P-256 or P-384, or RSA", load(serverWith(TestCa.newKey("EC", 521))));
        refuses("use EC P-256 or P-384, or RSA", load(serverWith(TestCa.newKey("Ed25519", 255))));
        TestCa.Issued other = CA.server("localhost");
        refuses(
                "is not the key of the first certificate",
                load(new TestCa.Issued(good.certificate(), List.of(), other.key())));
        KeyPair rsa = TestCa.newKey("RSA", 2048);
        refuses(
                "is not the key of the first certificate",
                load(new TestCa.Issued(good.certificate(), List.of(), rsa.getPrivate())));
        refuses(
                "did not sign certificate 1",
                load(new TestCa.Issued(good.certificate(), List.of(other.certificate()), good.key())));
    }

    @Test
    void refusesFilesThatAreNotWhatTheyShouldBe() throws Exception {
        TestCa.Issued good = CA.server("localhost");
        Path cert = good.writeCert(folder, "gw.crt");
        Path key = good.writeKey(folder, "gw.key");
        Path empty = Files.createFile(folder.resolve("empty"));
        refuses("does not exist", load(folder.resolve("none.crt"), key));
        refuses("cannot be read", load(folder, key));
        refuses("holds no PEM certificate", load(key, key));
        refuses("holds no PEM certificate", load(empty, key));
        refuses("holds no PEM private key", load(cert, cert));
        refuses("holds no PEM private key", load(cert, empty));
        Path two = Files.writeString(
                folder.resolve("two.key"), text(key) + text(CA.server("x").writeKey(folder, "x")));
        refuses("holds more than one private key", load(cert, two));
        Path cut = Files.writeString(folder.resolve("cut.key"), text(key).substring(0, 100));
        refuses("is not a whole PEM file", load(cert, cut));
        String seal =
                "EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n";
        Path plain = TestCa.write(folder.resolve("plain.key"), good.key());
        Path sealed = Files.writeString(
                folder.resolve("sealed.key"), text(plain).replaceFirst("EC PRIVATE KEY-----\n", seal));
        refuses("the private key is encrypted", load(cert, sealed));
    }

    @Test
    void refusesAuthoritiesThatAreNone() throws Exception {
        TestCa.Issued good = CA.server("localhost");
        Path cert = good.writeCert(folder, "gw.crt");
        Path key = good.writeKey(folder, "gw.key");
        refuses("is not the certificate of an authority", load(cert, key, cert, null, ClientAuth.OPTIONAL));
        refuses("asks for client certificates without a client CA", load(cert, key, null, null, ClientAuth.REQUIRED));
    }

    @Test
    void neverThrowsAndNeverShowsAKey() throws Exception {
        TestCa.Issued good = CA.server("localhost");
        Path cert = good.writeCert(folder, "gw.crt");
        byte[] whole = Files.readAllBytes(good.writeKey(folder, "gw.key"));
        String body = new String(whole, StandardCharsets.US_ASCII)
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(19);
        for (int round = 0; round < 400; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            Path key = Files.write(folder.resolve("fuzz.key"), bytes);
            TlsMaterial<ServerTls> material = load(cert, key);
            if (material instanceof TlsMaterial.Refused<ServerTls> refused) {
                String said = String.join(" ", refused.problems());
                assertTrue(!said.contains(body.substring(0, 12)), said);
            }
        }
    }

    private TestCa.Request spoilt() {
        return CA.request("CN=x", TestCa.newKey("EC", 256)).name("localhost").usage(KeyPurposeId.id_kp_serverAuth);
    }

    private static TestCa.Issued serverWith(KeyPair pair) {
        return CA.request("CN=x", pair)
                .name("localhost")
                .usage(KeyPurposeId.id_kp_serverAuth)
                .issue();
    }

    private ServerTls ready(TestCa.Issued server) {
        return ServerTlsTest.ready(load(server));
    }

    private TlsMaterial<ServerTls> load(TestCa.Issued server) {
        return load(server.writeCert(folder, "gw.crt"), server.writeKey(folder, "gw.key"));
    }

    private static TlsMaterial<ServerTls> load(Path cert, Path key) {
        return load(cert, key, null, null, ClientAuth.NONE);
    }

    private static TlsMaterial<ServerTls> load(
            Path cert, Path key, @Nullable Path ca, @Nullable Path crl, ClientAuth asked) {
        return ServerTls.load(
                new ServerTlsSettings(
                        "door", cert, key, ca, crl, asked, TlsConfig.Version.TLS_1_3, TlsConfig.TLS_1_3_SUITES),
                InstantSource.system());
    }

    private static void refuses(String why, TlsMaterial<ServerTls> material) {
        var refused = assertInstanceOf(TlsMaterial.Refused.class, material, why);
        assertTrue(
                refused.problems().toString().contains(why), refused.problems().toString());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
