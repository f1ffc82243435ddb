package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.codec.Cosignature;
import dev.pavise.auditlog.codec.WitnessKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditWitnessOptionsTest {
    @TempDir
    Path folder;

    private String said(int code, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Surroundings here = new Surroundings(name -> null, folder, false, InstantSource.system());
        int ended = CommandTree.run(List.of(arguments), here, new PrintWriter(out, true), new PrintWriter(err, true));
        assertEquals(code, ended, () -> out + "\n" + err);
        return out.toString() + err;
    }

    @Test
    void asksForACosignature() throws Exception {
        Path data = folder.resolve("data");
        Files.createDirectories(data);
        Path anchor = data.resolve("audit.anchor");
        AuditStore.open(AuditSettings.of(data.resolve("audit"), data.resolve("keys/audit.key"), anchor)
                        .withLowWater(0))
                .close();
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        WitnessKey key = WitnessKey.of("witness.example/w1", pair.getPublic());
        Files.writeString(folder.resolve("witness.pub"), key.text() + "\n");

        assertTrue(said(1, "audit", "verify", "--witness-key", key.text()).contains("was cosigned by witness"));
        String note = Files.readString(anchor).split("edge ")[0];
        String text = note.substring(0, note.indexOf("\n\n") + 1);
        Instant yesterday = Instant.now().minusSeconds(86_400);
        String line = Cosignature.sign(text, yesterday, key, pair.getPrivate()).line();
        Files.writeString(data.resolve("audit.anchor.cosigned"), note + line + "\n");

        said(0, "audit", "verify", "--witness-key", "witness.pub");
        said(0, "audit", "verify", "--witness-key", key.text(), "--cosigned", "data/audit.anchor.cosigned");
        said(0, "audit", "verify", "--witness-key", "witness.pub", "--cosigned-within", "25h");
        assertTrue(said(1, "audit", "verify", "--witness-key", "witness.pub", "--cosigned-within", "23h")
                .contains("cosigned last at"));
        said(1, "audit", "verify", "--witness-key", "witness.pub", "--cosigned", "data/audit.anchor");
    }

    @Test
    void refusesOptionsThatMakeNoSense() throws Exception {
        Files.createDirectories(folder.resolve("data/audit"));
        Files.writeString(folder.resolve("no.pub"), "no key\n");
        assertTrue(said(2, "audit", "verify", "--cosigned", "x").contains("need --witness-key"));
        assertTrue(said(2, "audit", "verify", "--witness-key", "absent").contains("cannot be read"));
        assertTrue(said(2, "audit", "verify", "--witness-key", "no.pub").contains("not a verifier key"));
    }
}
