package dev.pavise.k8s.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KubeconfigTest {
    @TempDir
    Path folder;

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + what + "-----\n";
    }

    private static String certificate(KeyPair pair, String signature) throws Exception {
        X500Principal name = new X500Principal("CN=admin");
        Instant now = Instant.now();
        return pem(
                "CERTIFICATE",
                new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(now),
                                Date.from(now.plus(1, ChronoUnit.DAYS)),
                                name,
                                pair.getPublic())
                        .build(new JcaContentSignerBuilder(signature).build(pair.getPrivate()))
                        .getEncoded());
    }

    private Path kubeconfig(String user) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
                users: [{name: u, user: %s}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(user));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({"EC, 256, SHA256withECDSA", "EC, 384, SHA384withECDSA", "RSA, 2048, SHA256withRSA"})
    void takesAKeyOfAClientInPkcs8(String algorithm, int bits, String signature) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        KeyPair pair = generator.generateKeyPair();
        String key = pem("PRIVATE KEY", pair.getPrivate().getEncoded());
        String certificate = certificate(pair, signature);
        Path within = kubeconfig(
                "{client-certificate-data: " + base64(certificate) + ", client-key-data: " + base64(key) + "}");
        opens(within, algorithm);
        Files.writeString(folder.resolve("client.crt"), certificate);
        Files.writeString(folder.resolve("client.key"), key);
        opens(kubeconfig("{client-certificate: client.crt, client-key: client.key}"), algorithm);
    }

    private void opens(Path file, String algorithm) throws IOException {
        try (KubernetesClient client = new ClusterClient(Map.of(), folder).open(file)) {
            assertEquals(algorithm, client.getConfiguration().getClientKeyAlgo());
            assertNotNull(client.getHttpClient());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "kind: Config",
                "nonsense: [",
                "[]",
                "current-context: x",
                "contexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x",
                "clusters: [{name: c, cluster: {}}]\ncontexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x",
            })
    void refusesWhatIsNone(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("kubeconfig"), text);
        IOException refused = assertThrows(IOException.class, () -> Kubeconfig.read(file));
        assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{client-certificate-data: '!'}",
                "{client-certificate-data: bm9uZQ==}",
                "{client-certificate: none.crt}"
            })
    void refusesACertificateThatIsNone(String user) throws IOException {
        Path file = kubeconfig(user);
        assertThrows(IOException.class, () -> Kubeconfig.read(file));
    }
}
