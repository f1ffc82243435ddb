package dev.pavise.proxy.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import dev.pavise.policy.signing.TrustedKeys;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyFolderTest {
    @TempDir
    Path folder;

    private void key(String file, SigningKey key) throws IOException {
        Files.writeString(folder.resolve(file), key.verifyKey().pem());
    }

    private TrustedKeys good() {
        TlsMaterial<TrustedKeys> read = KeyFolder.read(folder);
        if (read instanceof TlsMaterial.Ready<TrustedKeys>(TrustedKeys keys, List<String> ignored)) {
            return keys;
        }
        throw new AssertionError(read.toString());
    }

    private String problem() {
        TlsMaterial<TrustedKeys> read = KeyFolder.read(folder);
        if (read instanceof TlsMaterial.Refused<TrustedKeys>(List<String> problems)) {
            return String.join("; ", problems);
        }
        throw new AssertionError("was believed");
    }

    @Test
    void callsKeysByTheirFileOrByWhatTheySay() throws Exception {
        key("one.pub", SigningKey.generate());
        key("two.pem", SigningKey.generate());
        Files.writeString(
                folder.resolve("three.pub"),
                TrustedKeyText.write(
                        TrustedKey.always("release", SigningKey.generate().verifyKey())));
        Files.writeString(folder.resolve(".hidden"), "passed over");
        assertEquals(
                Set.of("one", "two", "release"),
                good().all().stream().map(TrustedKey::name).collect(Collectors.toSet()));
    }

    @Test
    void readsRevocations() throws Exception {
        key("one.pub", SigningKey.generate());
        Files.writeString(folder.resolve("revoked.txt"), "content " + "0".repeat(64) + "\n");
        assertTrue(good().isRevoked("0".repeat(64)));
    }

    @Test
    void warnsOfAFolderWithoutKeys() {
        TlsMaterial<TrustedKeys> read = KeyFolder.read(folder);
        assertTrue(read instanceof TlsMaterial.Ready<TrustedKeys>(TrustedKeys ignored, List<String> warnings)
                && warnings.toString().contains("no key"));
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws Exception {
        Files.writeString(folder.resolve("revoked.txt"), "nonsense\n");
        assertTrue(problem().contains("line 1"), problem());
        Files.writeString(folder.resolve("revoked.txt"), "");
        Files.writeString(folder.resolve("notes.txt"), "hello");
        assertTrue(problem().contains("notes.txt"), problem());
        Files.delete(folder.resolve("notes.txt"));
        Files.writeString(folder.resolve("bad.pub"), "no key");
        assertTrue(problem().contains("bad.pub"), problem());
        Files.write(folder.resolve("bad.pub"), new byte[70_000]);
        assertTrue(problem().contains("larger"), problem());
    }

    @Test
    void refusesAKeyThatIsThereTwice() throws Exception {
        SigningKey key = SigningKey.generate();
        key("one.pub", key);
        key("two.pub", key);
        assertTrue(problem().contains("twice"), problem());
    }

    @Test
    void refusesAFolderThatEverybodyCanWrite() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertTrue(problem().contains("every user"), problem());
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        assertInstanceOf(TlsMaterial.Refused.class, KeyFolder.read(folder.resolve("absent")));
    }
}
