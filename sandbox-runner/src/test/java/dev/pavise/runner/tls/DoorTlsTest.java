package dev.pavise.runner.tls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.config.TlsConfig;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DoorTlsTest {
    @TempDir
    Path folder;

    private final TestCa authority = TestCa.create("authority");

    private TlsConfig files(KeyPair pair) {
        TestCa.Issued issued = authority.client("runner", pair).issue();
        return new TlsConfig(
                issued.writeCert(folder.resolve("runner.crt")),
                issued.writeKey(folder.resolve("runner.key")),
                authority.writeCert(folder.resolve("ca.crt")),
                List.of("gateway"));
    }

    private void load(TlsConfig files) throws BadMaterialException {
        DoorTls.load(files, files.gatewayNames(), InstantSource.system());
    }

    @ParameterizedTest
    @CsvSource({"EC, 256", "EC, 384", "RSA, 2048"})
    void takesTheKeysThatItCanServeWith(String kind, int bits) {
        assertDoesNotThrow(() -> load(files(TestCa.newKey(kind, bits))));
    }

    @ParameterizedTest
    @CsvSource({"Ed25519, 255, neither EC nor RSA", "RSA, 1024, too weak"})
    void refusesAtTheStartAKeyWithWhichNoCallCouldBeAnswered(String kind, int bits, String said) {
        BadMaterialException refused =
                assertThrows(BadMaterialException.class, () -> load(files(TestCa.newKey(kind, bits))));
        assertTrue(refused.getMessage().contains(said), refused.getMessage());
    }

    @Test
    void refusesTheKeyOfAnother() {
        TlsConfig files = files(TestCa.newKey("EC", 256));
        TestCa.create("other").server().writeKey(files.key());
        BadMaterialException refused = assertThrows(BadMaterialException.class, () -> load(files));
        assertTrue(refused.getMessage().contains("is not the key of"), refused.getMessage());
    }
}
