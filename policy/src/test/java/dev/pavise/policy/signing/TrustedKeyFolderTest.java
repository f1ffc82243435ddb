package dev.pavise.policy.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedKeyFolderTest {
    @TempDir
    private Path folder;

    private final VerifyKey one = SigningKey.generate().verifyKey();
    private final VerifyKey other = SigningKey.generate().verifyKey();

    @Test
    void readsKeysAndRevocations() throws IOException {
        write("one.pub", one.pem());
        write("other.pem", "name: release\n" + other.pem());
        write("revoked.txt", "content " + "b".repeat(64) + "\n");
        TrustedKeys keys = TrustedKeyFolder.read(folder);
        assertEquals(
                List.of(TrustedKey.always("one", one), TrustedKey.always("release", other)), List.copyOf(keys.all()));
        assertTrue(keys.isRevoked("b".repeat(64)));
    }

    /** As Kubernetes lays out what it mounts: links into a folder whose name begins with dots. */
    @Test
    void readsAMountedVolume() throws IOException {
        Path data = Files.createDirectory(folder.resolve("..2026_11_22"));
        Files.writeString(data.resolve("one.pub"), one.pem());
        Files.createSymbolicLink(folder.resolve("..data"), data.getFileName());
        Files.createSymbolicLink(folder.resolve("one.pub"), Path.of("..data/one.pub"));
        assertEquals(
                List.of(TrustedKey.always("one", one)),
                List.copyOf(TrustedKeyFolder.read(folder).all()));
    }

    @Test
    void trustsNobodyWhereTheFolderIsEmpty() {
        assertEquals(0, TrustedKeyFolder.read(folder).all().size());
    }

    @Test
    void refusesWhatItCannotReadWhole() throws IOException {
        assertRefused("NoSuchFile", folder.resolve("absent"));
        write("one.pub", "x".repeat(64 * 1024 + 1));
        assertRefused("larger than 65536", folder);
        write("one.pub", "nothing");
        assertRefused("one.pub`: no block", folder);
        write("one.pub", one.pem());
        write("two.pub", one.pem());
        assertRefused("is there twice", folder);
        write("two.pub", SigningKey.generate().privatePem());
        assertRefused("two.pub`: no block `BEGIN PUBLIC KEY`", folder);
        Files.delete(folder.resolve("two.pub"));
        write("revoked", "key " + "a".repeat(64));
        assertRefused("neither a key", folder);
        Files.delete(folder.resolve("revoked"));
        Files.createDirectory(folder.resolve("more.pub"));
        assertRefused("cannot be read", folder);
    }

    private static void assertRefused(String why, Path place) {
        String refusal = Refusal.of(() -> TrustedKeyFolder.read(place));
        assertTrue(refusal.contains(why), refusal);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
