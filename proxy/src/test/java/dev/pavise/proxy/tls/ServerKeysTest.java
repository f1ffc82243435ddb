package dev.pavise.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pavise.proxy.pem.BadMaterialException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerKeysTest {
    private static final TestCa CA = TestCa.create("servers");

    @TempDir
    private Path folder;

    @Test
    void checksAPairOfFilesOnce() throws Exception {
        TestCa.Issued server = CA.server("localhost");
        Path cert = server.writeCert(folder, "server.crt");
        Path key = server.writeKey(folder, "server.key");
        ServerKeys keys = new ServerKeys();
        assertSame(keys.read(cert, key, Instant.now()), keys.read(cert, key, Instant.now()));
    }

    @Test
    void refusesAnotherKeyForAKnownCertificate() throws Exception {
        TestCa.Issued server = CA.server("localhost");
        Path cert = server.writeCert(folder, "server.crt");
        Path key = server.writeKey(folder, "server.key");
        Path other = CA.server("localhost").writeKey(folder, "other.key");
        ServerKeys keys = new ServerKeys();
        keys.read(cert, key, Instant.now());
        assertThrows(BadMaterialException.class, () -> keys.read(cert, other, Instant.now()));
        assertThrows(BadMaterialException.class, () -> keys.read(cert, other, Instant.now()));
    }

    @Test
    void trustsNobodyWhereNoCertificateCounts() {
        ClientTrustManager nobody = new ClientTrustManager(null);
        X509Certificate[] shown = {CA.server("localhost").certificate()};
        assertThrows(CertificateException.class, () -> nobody.checkClientTrusted(shown, "EC"));
        assertEquals(0, nobody.getAcceptedIssuers().length);
    }
}
