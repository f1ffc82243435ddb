package dev.pavise.policy.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedKeyFolderTest {
    private final VerifyKey one = SigningKey.generate().verifyKey();
    private final VerifyKey other = SigningKey.generate().verifyKey();

    @TempDir
    private Path folder;

    private TrustedKeyFolder trusted = new TrustedKeyFolder(Path.of("unset"));

    @BeforeEach
    void writeOne() throws IOException {
        trusted = new TrustedKeyFolder(folder);
        write("one.pub", one.pem());
    }

    @Test
    void readsKeysAndRevocations() throws Exception {
        write("other.pem", "name: release\n" + other.pem());
        write("revoked.txt", "content " + "b".repeat(64) + "\n");
        TrustedKeys keys = trusted.read();
        assertEquals(
                List.of(TrustedKey.always("one", one), TrustedKey.always("release", other)), List.copyOf(keys.all()));
        assertTrue(keys.isRevoked("b".repeat(64)));
    }

    @Test
    void makesOutAnewOnlyWhatChanged() throws Exception {
        assertSame(trusted.read(), trusted.read());
        write("revoked.txt", "content " + "ab".repeat(32) + "\n");
        assertTrue(trusted.read().isRevoked("ab".repeat(32)));
        Files.delete(folder.resolve("one.pub"));
        assertEquals(List.of(), List.copyOf(trusted.read().all()));
    }

    /** As Kubernetes lays out what it mounts: links into a folder whose name begins with dots. */
    @Test
    void readsAMountedVolume() throws Exception {
        Path data = Files.createDirectory(folder.resolve("..2026_11_22"));
        Files.writeString(data.resolve("other.pub"), other.pem());
        Files.createSymbolicLink(folder.resolve("..data"), data.getFileName());
        Files.createSymbolicLink(folder.resolve("other.pub"), Path.of("..data/other.pub"));
        assertEquals(
                List.of(TrustedKey.always("one", one), TrustedKey.always("other", other)),
                List.copyOf(trusted.read().all()));
    }

    @Test
    void trustsNobodyWhereTheFolderIsEmpty() throws Exception {
        Files.delete(folder.resolve("one.pub"));
        assertEquals(0, trusted.read().all().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            notes.txt   | ''           | notes.txt` is neither a key
            revoked     | key x        | revoked` is neither a key
            other.pub   | nonsense     | other.pub`: no block `BEGIN PUBLIC KEY`
            other.pub   | PRIVATE      | other.pub`: no block `BEGIN PUBLIC KEY`
            other.pub   | ONE          | is there twice
            other.pub   | 65537 bytes  | other.pub` is larger than 65536 bytes
            revoked.txt | 1048577 bytes | revoked.txt` is larger than 1048576 bytes
            revoked.txt | key x        | revoked.txt`: line 1 revokes nothing that is known
            """)
    void trustsNobodyWhenItCannotMakeOutAFile(String name, String text, String problem) throws Exception {
        trusted.read();
        write(
                name,
                switch (text) {
                    case "ONE" -> one.pem();
                    case "PRIVATE" -> SigningKey.generate().privatePem();
                    default ->
                        text.endsWith(" bytes") ? "#".repeat(Integer.parseInt(text.replace(" bytes", ""))) : text;
                });
        refusesWith(problem);
        Files.delete(folder.resolve(name));
        assertEquals(1, trusted.read().all().size());
    }

    @Test
    void trustsNobodyWhereWhatHasANameIsNoText() throws Exception {
        Files.write(folder.resolve("revoked.txt"), new byte[] {(byte) 0xFF});
        refusesWith("revoked.txt` is not UTF-8 text");
        Files.delete(folder.resolve("revoked.txt"));
        Files.createDirectory(folder.resolve("revoked.txt"));
        refusesWith("revoked.txt` cannot be read: there is no such file");
        Files.delete(folder.resolve("revoked.txt"));
        Files.createSymbolicLink(folder.resolve("gone.pub"), Path.of("nowhere"));
        refusesWith("gone.pub` cannot be read: there is no such file");
    }

    @Test
    void trustsNobodyWhenEveryUserCanWriteTheFolderOrAFile() throws Exception {
        Files.setPosixFilePermissions(folder.resolve("one.pub"), PosixFilePermissions.fromString("rw-rw-rw-"));
        refusesWith("one.pub` can be written by every user");
        Files.setPosixFilePermissions(folder.resolve("one.pub"), PosixFilePermissions.fromString("rw-rw-r--"));
        trusted.read();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        refusesWith("chmod o-w " + folder);
    }

    @Test
    void trustsNobodyWhereThereAreMoreFilesThanItReads() throws Exception {
        for (int i = 0; i < 200; i++) {
            write(i + ".pub", "");
        }
        refusesWith("holds more than 200 files");
    }

    @Test
    void trustsNobodyWhenTheFolderIsGone() throws Exception {
        trusted.read();
        Files.delete(folder.resolve("one.pub"));
        Files.delete(folder);
        refusesWith("cannot be read: NoSuchFileException");
    }

    private void refusesWith(String problem) {
        TrustedKeyFolder.Unreadable refused = assertThrows(TrustedKeyFolder.Unreadable.class, trusted::read);
        assertTrue(refused.problem().contains(problem), refused.problem());
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
