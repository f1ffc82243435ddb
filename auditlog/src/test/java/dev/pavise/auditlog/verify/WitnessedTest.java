package dev.pavise.auditlog.verify;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.TestWitness;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.verify.Finding.Kind;
import dev.pavise.auditlog.verify.Verification.Broken;
import dev.pavise.auditlog.verify.Verification.Whole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a witness cosigned is held against a log, whoever has its key. */
class WitnessedTest {
    @TempDir
    Path root;

    private AuditSettings plain = Samples.settings(Path.of("unset"));
    private TestWitness witness;
    private Path cosigned = Path.of("unset");

    @BeforeEach
    void makeAWitnessedLog() throws Exception {
        plain = Samples.settings(root);
        SigningKey key = SigningKey.generate();
        Files.writeString(plain.key(), key.privatePem());
        witness = new TestWitness(key.publicKey());
        cosigned = root.resolve("audit.anchor.cosigned");
        write(plain.withWitness(witness.every(Duration.ofMillis(50))), 30);
    }

    private static void write(AuditSettings settings, int records) throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < records; i++) {
                Collected.append(store.log(), Samples.intent("jwt:corp:alice", "r" + i));
            }
        }
    }

    private Verification verify(Path dir, @Nullable Path anchor, Witnessed witnessed) throws IOException {
        AuditVerifier.Request request = new AuditVerifier.Request(dir, dir.resolve("audit.pub"), anchor, null);
        return AuditVerifier.verify(request.withWitnessed(witnessed), VerifyProgress.NONE);
    }

    private Verification verify() throws Exception {
        return verify(plain.dir(), plain.anchor(), new Witnessed(witness.key(), null, null));
    }

    private static void finds(Verification result, Kind kind, String text) {
        Broken broken = assertInstanceOf(Broken.class, result);
        assertTrue(
                broken.findings().stream()
                        .anyMatch(each -> each.kind() == kind && each.text().contains(text)),
                broken.findings().toString());
    }

    @Test
    void isContentWithALogThatWasCosigned() throws Exception {
        assertInstanceOf(Whole.class, verify());
        write(plain, 10); // nobody cosigned these
        assertInstanceOf(Whole.class, verify());
    }

    @Test
    void isContentWithACopyOfTheFolderAlone() throws Exception {
        Path copy = root.resolve("copy");
        Folders.copy(plain.dir(), copy);
        assertInstanceOf(Whole.class, verify(copy, null, new Witnessed(witness.key(), null, null)));
    }

    /** Folder, anchor and key are the attacker's; the cosigned checkpoint was kept elsewhere. */
    @Test
    void findsALogThatWasRewrittenWithItsOwnKey() throws Exception {
        Path kept = root.resolve("kept");
        Files.copy(cosigned, kept);
        for (int records : new int[] {100, 30, 3}) {
            Folders.delete(plain.dir());
            Files.delete(plain.anchor());
            Files.deleteIfExists(cosigned);
            write(plain, records);
            Witnessed kind = new Witnessed(witness.key(), kept, null);
            assertInstanceOf(
                    Whole.class,
                    AuditVerifier.verify(
                            new AuditVerifier.Request(plain.dir(), null, plain.anchor(), null), VerifyProgress.NONE));
            assertInstanceOf(Broken.class, verify(plain.dir(), plain.anchor(), kind), records + " records");
            finds(verify(), Kind.CHECKPOINT, "no checkpoint of this log was cosigned");
        }
        finds(verify(plain.dir(), plain.anchor(), new Witnessed(witness.key(), kept, null)), Kind.CUT, "were signed");
    }

    @Test
    void findsALogThatWasReplacedWithAnotherKeyToo() throws Exception {
        Folders.delete(plain.dir());
        Files.delete(plain.anchor());
        Files.delete(plain.key());
        write(plain, 100);
        assertInstanceOf(Broken.class, verify());
    }

    @Test
    void asksForACosignatureThatIsYoungEnough() throws Exception {
        Instant now = Instant.now();
        Witnessed young = new Witnessed(witness.key(), null, now.minusSeconds(3600));
        assertInstanceOf(Whole.class, verify(plain.dir(), plain.anchor(), young));
        Witnessed younger = new Witnessed(witness.key(), null, now.plusSeconds(3600));
        finds(verify(plain.dir(), plain.anchor(), younger), Kind.CHECKPOINT, "cosigned last at");
    }

    @Test
    void believesNoOtherWitnessAndNoDamagedFile() throws Exception {
        TestWitness other = new TestWitness(SigningKey.generate().publicKey());
        finds(
                verify(plain.dir(), plain.anchor(), new Witnessed(other.key(), null, null)),
                Kind.CHECKPOINT,
                "no checkpoint of this log was cosigned");
        Path damaged = root.resolve("damaged");
        Files.writeString(damaged, Files.readString(cosigned).replaceFirst("\n3", "\n4"));
        finds(
                verify(plain.dir(), plain.anchor(), new Witnessed(witness.key(), damaged, null)),
                Kind.CHECKPOINT,
                "`damaged` holds no checkpoint");
    }
}
