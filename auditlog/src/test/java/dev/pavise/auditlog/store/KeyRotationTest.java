package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.KeyRing;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SignedNote;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.SideFile;
import dev.pavise.auditlog.verify.AuditVerifier;
import dev.pavise.auditlog.verify.Finding;
import dev.pavise.auditlog.verify.Finding.Kind;
import dev.pavise.auditlog.verify.Verification;
import dev.pavise.auditlog.verify.VerifyProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyRotationTest {
    @TempDir
    Path root;

    private AuditSettings settings = Samples.settings(Path.of("unset"));
    private AuditFolder folder = new AuditFolder(Path.of("unset"));

    @BeforeEach
    void someRecords() throws IOException {
        settings = Samples.settings(root);
        folder = new AuditFolder(settings.dir());
        run();
    }

    private void run() throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < 5; i++) {
                Collected.append(store.log(), Samples.intent("alice", "request-" + i));
            }
        }
    }

    private Path publicKey(String name) throws IOException {
        Path copy = root.resolve(name);
        Files.copy(folder.publicKey(), copy);
        return copy;
    }

    private Verification verify(Path key) throws IOException {
        return AuditVerifier.verify(
                new AuditVerifier.Request(settings.dir(), key, settings.anchor(), settings.origin()),
                VerifyProgress.NONE);
    }

    private static Finding first(Verification result) {
        return switch (result) {
            case Verification.Broken broken -> broken.first();
            case Verification.Partly partly -> partly.findings().getFirst();
            case Verification.Whole whole -> throw new AssertionError("nothing was found: " + whole);
        };
    }

    @Test
    void verifiesWithTheNewKeyAloneAndWithTheOldOneUpToTheRotation() throws IOException {
        Path first = publicKey("first.pub");
        KeyRotation.Rotated rotated = KeyRotation.run(settings);
        Path second = publicKey("second.pub");
        assertEquals(rotated.publicPem(), Files.readString(second));
        assertInstanceOf(Verification.Whole.class, verify(second));
        assertInstanceOf(Verification.Whole.class, verify(first), "the last checkpoint has both signatures");

        run();
        Verification whole = verify(second);
        assertInstanceOf(Verification.Whole.class, whole, whole.toString());
        assertTrue(whole.counts().checkpoints() >= 3, whole.toString());
        Verification.Partly partly = assertInstanceOf(Verification.Partly.class, verify(first));
        assertEquals(Kind.LATER_KEY, first(partly).kind());
        assertEquals(rotated.size(), first(partly).seq());
        assertTrue(first(partly).text().contains(rotated.newKey()), partly.toString());
    }

    @Test
    void keepsVerifyingAfterManyRotations() throws IOException {
        Path first = publicKey("first.pub");
        KeyRotation.run(settings);
        run();
        Path second = publicKey("second.pub");
        KeyRotation.run(settings);
        run();
        Path third = publicKey("third.pub");
        assertInstanceOf(Verification.Whole.class, verify(third), () -> "third");
        assertInstanceOf(Verification.Partly.class, verify(second));
        assertInstanceOf(Verification.Partly.class, verify(first));
    }

    @Test
    void leavesNothingOfTheOldPrivateKeyAndKeepsTheNewOneToItsOwner() throws IOException {
        String before = Files.readString(settings.key());
        KeyRotation.run(settings);
        assertFalse(before.equals(Files.readString(settings.key())));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(settings.key())));
        try (var files = Files.list(root)) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().contains(".next")).toList());
        }
    }

    @ParameterizedTest
    @EnumSource(KeyRotation.Stage.class)
    void opensAndVerifiesWhereverARotationWasStopped(KeyRotation.Stage stage) throws IOException {
        assertThrows(
                IOException.class,
                () -> KeyRotation.run(settings, reached -> {
                    if (reached == stage) {
                        throw new IOException("stopped");
                    }
                }));
        run();
        Verification after = verify(publicKey("after.pub"));
        assertInstanceOf(Verification.Whole.class, after, after.toString());
        KeyRotation.run(settings);
        run();
        Verification again = verify(publicKey("again.pub"));
        assertInstanceOf(Verification.Whole.class, again, again.toString());
        String log = new String(
                Files.readAllBytes(folder.queueFiles(2).getFirst()), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertFalse(log.contains("audit_gap") || log.contains("audit_damaged"));
    }

    @Test
    void changesNothingWhileAGatewayHasTheLog() throws IOException {
        String before = Files.readString(settings.key());
        try (AuditStore store = AuditStore.open(settings)) {
            AuditOpenException refused = assertThrows(AuditOpenException.class, () -> KeyRotation.run(settings));
            assertTrue(String.valueOf(refused.getMessage()).contains("in use"), refused.toString());
            assertEquals("", store.checkpoint().isEmpty() ? "no checkpoint" : "");
        }
        assertEquals(before, Files.readString(settings.key()));
        assertFalse(Files.exists(folder.retiredKeys()));
    }

    @Test
    void refusesWhereThereIsNoKey() {
        assertThrows(AuditOpenException.class, () -> KeyRotation.run(Samples.settings(root.resolve("nothing"))));
    }

    @Test
    void believesNoRetiredKeyThatTheNewOneDoesNotVouchFor() throws Exception {
        KeyRotation.run(settings);
        run();
        Path key = publicKey("key.pub");
        String kept = Files.readString(folder.retiredKeys());
        SigningKey attacker = SigningKey.generate();
        String forged =
                KeyRing.of(SigningKey.parsePublic(Files.readString(key))).handOver(attacker, settings.origin(), 99);
        Files.writeString(folder.retiredKeys(), forged + "\n");
        assertEquals(Kind.CHECKPOINT, first(verify(key)).kind());
        Files.delete(folder.retiredKeys());
        assertEquals(Kind.CHECKPOINT, first(verify(key)).kind());
        Files.writeString(folder.retiredKeys(), kept.replaceFirst("retired [0-9]+ ", "retired 999999 "));
        assertEquals(Kind.CHECKPOINT, first(verify(key)).kind());
        Files.writeString(folder.retiredKeys(), kept + forged + "\n");
        assertInstanceOf(Verification.Whole.class, verify(key));
    }

    @Test
    void takesNothingFromARetiredKeyThatItSignedLater() throws Exception {
        SigningKey stolen = SigningKey.parse(Files.readString(settings.key()));
        KeyRotation.run(settings);
        run();
        Path key = publicKey("key.pub");
        Checkpoint later = new Checkpoint(settings.origin(), 1000, new byte[32]);
        Files.writeString(folder.checkpoints(), stolen.sign(later) + "\n", StandardOpenOption.APPEND);
        Finding found = first(verify(key));
        assertEquals(Kind.CHECKPOINT, found.kind());
        assertTrue(
                found.text().contains(SignedNote.keyIdText(settings.origin(), stolen.publicKey())), found.toString());
    }

    @Test
    void namesACheckpointOfAKeyThatTheLogDoesNotNameAsNobodysSuccessor() throws Exception {
        Path key = publicKey("key.pub");
        SigningKey attacker = SigningKey.generate();
        Checkpoint made = new Checkpoint(settings.origin(), 1000, new byte[32]);
        Files.writeString(folder.checkpoint(), attacker.sign(made));
        Verification.Broken broken = assertInstanceOf(Verification.Broken.class, verify(key));
        assertEquals(Kind.CHECKPOINT, broken.first().kind());
        assertTrue(
                broken.first().text().contains(SignedNote.keyIdText(settings.origin(), attacker.publicKey())),
                broken.toString());
    }

    @Test
    void carriesTheNoteOfACutOver() throws Exception {
        run();
        MerkleTree before = new MerkleTree();
        try (SideFile leaves = SideFile.open(folder.leaves(), 32).orElseThrow()) {
            while (before.size() < 7) {
                before.add(leaves.entry(before.size()));
            }
        }
        SigningKey old = SigningKey.parse(Files.readString(settings.key()));
        Files.writeString(
                folder.cut(),
                Cut.sign(before, 14, Instant.EPOCH, settings.origin(), old).text());
        dev.pavise.auditlog.Folders.delete(folder.segment(1));
        KeyRotation.run(settings);
        String text = Files.readString(folder.cut());
        SigningKey now = SigningKey.parse(Files.readString(settings.key()));
        assertTrue(Cut.parse(text, settings.origin(), old.publicKey()).isPresent());
        assertTrue(Cut.parse(text, settings.origin(), now.publicKey()).isPresent());
        run();
        Verification result = verify(publicKey("key.pub"));
        assertInstanceOf(Verification.Whole.class, result, result.toString());
        assertEquals(7, result.counts().from());
    }
}
