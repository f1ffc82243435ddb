package dev.pavise.proxy.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKeys;
import dev.pavise.proxy.tls.TlsMaterial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyFolderTest {
    @TempDir
    private Path folder;

    @Test
    void warnsOfAFolderWithoutKeys() throws Exception {
        assertTrue(ready().warnings().toString().contains("no key"));
        Files.writeString(
                folder.resolve("one.pub"), SigningKey.generate().verifyKey().pem());
        assertEquals(List.of(), ready().warnings());
    }

    @Test
    void refusesAFolderThatIsNotUnderstood() throws Exception {
        Files.writeString(folder.resolve("revoked.txt"), "nonsense\n");
        TlsMaterial.Refused<?> refused = assertInstanceOf(TlsMaterial.Refused.class, KeyFolder.read(folder));
        assertTrue(refused.problems().toString().contains("revoked.txt`: line 1"), refused.toString());
    }

    private TlsMaterial.Ready<TrustedKeys> ready() {
        if (KeyFolder.read(folder) instanceof TlsMaterial.Ready<TrustedKeys> ready) {
            return ready;
        }
        throw new AssertionError("was refused");
    }
}
