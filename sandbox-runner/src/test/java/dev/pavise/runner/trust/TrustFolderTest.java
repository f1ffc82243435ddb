package dev.pavise.runner.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustFolderTest {
    private final SigningKey key = SigningKey.generate();

    @TempDir
    private Path folder;

    private TrustFolder trust;

    @BeforeEach
    void write() throws Exception {
        Files.writeString(folder.resolve("release.pub"), key.verifyKey().pem());
        trust = new TrustFolder(folder);
    }

    @Test
    void callsKeysByTheirFilesUnlessTheySayOtherwise() throws Exception {
        Files.writeString(
                folder.resolve("b.pem"),
                "name: laptop\n" + SigningKey.generate().verifyKey().pem());
        assertEquals(
                List.of("laptop", "release"),
                trust.read().all().stream().map(TrustedKey::name).sorted().toList());
    }

    @Test
    void readsAnewOnlyWhatChanged() throws Exception {
        assertSame(trust.read(), trust.read());
        Files.writeString(folder.resolve("revoked"), "content " + "ab".repeat(32) + "\n");
        assertTrue(trust.read().isRevoked("ab".repeat(32)));
        Files.delete(folder.resolve("release.pub"));
        assertEquals(List.of(), List.copyOf(trust.read().all()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            other.txt   | ''        | it is neither a key
            other.pub   | nonsense  | no block `BEGIN PUBLIC KEY`
            other.pub   | COPY      | is there twice
            revoked     | key x     | line 1 revokes nothing that is known
            """)
    void trustsNobodyWhenItCannotMakeOutAFile(String name, String text, String problem) throws Exception {
        trust.read();
        Files.writeString(
                folder.resolve(name), text.equals("COPY") ? key.verifyKey().pem() : text);
        TrustFolder.Unreadable refused = assertThrows(TrustFolder.Unreadable.class, trust::read);
        assertTrue(refused.problem().contains(problem), refused.problem());
    }

    @Test
    void trustsNobodyWhenOthersCanWriteIt() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThrows(TrustFolder.Unreadable.class, trust::read);
    }

    @Test
    void trustsNobodyWhenTheFolderIsGone() throws Exception {
        trust.read();
        Files.delete(folder.resolve("release.pub"));
        Files.delete(folder);
        assertThrows(TrustFolder.Unreadable.class, trust::read);
    }

    @Test
    void passesOverWhatVolumesBring() throws Exception {
        Files.createDirectory(folder.resolve("..2026_11_22"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_22"));
        assertEquals(1, trust.read().all().size());
    }
}
