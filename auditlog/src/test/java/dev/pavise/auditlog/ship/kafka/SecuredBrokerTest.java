package dev.pavise.auditlog.ship.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.export.Format;
import dev.pavise.auditlog.ship.Shipper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS, to a broker that shows a certificate, good or not. */
@Timeout(120)
class SecuredBrokerTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path root;

    @Test
    void shipsToTheBrokerThatItTrustsAlone() throws Exception {
        Path key = made("broker", "localhost");
        Path trust = trusting(key, "broker");
        AuditSettings settings = Samples.settings(root);
        Map<String, String> tls = Map.of(
                "ssl.keystore.type",
                "PKCS12",
                "ssl.keystore.location",
                key.toString(),
                "ssl.keystore.password",
                PASSWORD,
                "ssl.truststore.type",
                "PKCS12",
                "ssl.truststore.location",
                trust.toString(),
                "ssl.truststore.password",
                PASSWORD,
                "num.partitions",
                "1");
        try (Broker broker = Broker.start(root, tls, "SSL");
                AuditStore store = AuditStore.open(settings)) {
            Collected.append(store.log(), Samples.intent("operator", "r"));
            SSLContext other = context(trusting(made("other", "localhost"), "other"));
            try (Shipper refused =
                    Shipping.start(root, settings, broker.address(), "audit", other, store, Format.JSON)) {
                Deadline.until(() -> refused.failures() > 0);
                assertEquals(0, refused.shipped());
            }
            try (Shipper shipper =
                    Shipping.start(root, settings, broker.address(), "audit", context(trust), store, Format.JSON)) {
                Deadline.until(() -> shipper.lagRecords() == 0);
            }
            Map<String, Object> reading = Map.of(
                    "security.protocol",
                    "SSL",
                    "ssl.truststore.type",
                    "PKCS12",
                    "ssl.truststore.location",
                    trust.toString(),
                    "ssl.truststore.password",
                    PASSWORD);
            assertEquals(
                    2, broker.read("audit", reading, all -> all.size() >= 2).size());
        }
    }

    private Path made(String name, String host) throws IOException, InterruptedException {
        Path file = root.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "san=dns:" + host,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("keytool.out").toFile())
                .start();
        keytool.waitFor(60, TimeUnit.SECONDS);
        assertEquals(0, keytool.exitValue(), Files.readString(root.resolve("keytool.out")));
        return file;
    }

    private Path trusting(Path keys, String name) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry(name, loaded(keys).getCertificate(name));
        Path file = root.resolve(name + "-trust.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            trust.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private static SSLContext context(Path trust) throws Exception {
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(loaded(trust));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trusted.getTrustManagers(), null);
        return context;
    }

    private static KeyStore loaded(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}
