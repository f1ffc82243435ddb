package dev.pavise.auditlog.verify;

import static dev.pavise.auditlog.verify.AttackedLog.SEGMENT;
import static dev.pavise.auditlog.verify.AttackedLog.SIZE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.verify.Finding.Kind;
import dev.pavise.auditlog.verify.Verification.Broken;
import dev.pavise.auditlog.verify.Verification.Partly;
import dev.pavise.auditlog.verify.Verification.Whole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A check from a checkpoint on reads what came after, and nothing passes that does not go on from exactly that log. */
class SinceTest {
    private static final int BEGIN = 2 * SEGMENT;

    @TempDir
    Path root;

    private AttackedLog log;
    private AuditFolder folder;
    private Path since;

    @BeforeEach
    void takeTheOlderCheckpoint() throws IOException {
        log = AttackedLog.make(root);
        folder = new AuditFolder(log.settings.dir());
        since = root.resolve("since");
        Files.copy(log.older.resolve("checkpoint"), since);
    }

    private Verification verify() throws IOException {
        AuditVerifier.Request request = log.request(folder.dir()).withSince(since);
        Verification slow = AuditVerifier.verify(request, VerifyProgress.NONE, 0);
        assertEquals(slow, AuditVerifier.verify(request, VerifyProgress.NONE, AttackedLog.STRETCH));
        return slow;
    }

    private void withoutEdge() throws IOException {
        Files.writeString(since, SealedTree.noteOf(Files.readString(since)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsOnlyWhatCameAfter(boolean edge) throws IOException {
        if (!edge) {
            withoutEdge();
        }
        Whole whole = assertInstanceOf(Whole.class, verify());
        assertEquals(BEGIN, whole.counts().from());
        assertEquals(SIZE - BEGIN, whole.counts().records());
        log.pokeField(folder, 7, "actor");
        assertInstanceOf(Whole.class, verify(), "what lies before was believed already");
        log.pokeField(folder, BEGIN, "actor");
        assertEquals(BEGIN, assertInstanceOf(Broken.class, verify()).first().seq());
    }

    @Test
    void needsNoLeafHashesWhereTheCheckpointHasItsEdge() throws IOException {
        Files.delete(folder.leaves());
        assertEquals(BEGIN, assertInstanceOf(Whole.class, verify()).counts().from());
    }

    @Test
    void readsAllWhereTheLeafHashesAreNotToBeBelieved() throws IOException {
        withoutEdge();
        AttackedLog.flip(folder.leaves(), 32 * 7);
        assertEquals(0, assertInstanceOf(Whole.class, verify()).counts().from());
        log.pokeField(folder, 7, "actor");
        assertInstanceOf(Broken.class, verify());
    }

    @Test
    void findsALogThatDoesNotEvenReachToTheCheckpoint() throws IOException {
        Folders.delete(folder.segment(2));
        Folders.delete(folder.segment(3));
        assertEquals(Kind.CUT, assertInstanceOf(Broken.class, verify()).first().kind());
    }

    @Test
    void findsALogThatGoesOnFromAnotherOne() throws IOException {
        Files.copy(log.fork.resolve("checkpoint"), since, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals(
                Kind.CHANGED_AMONG,
                assertInstanceOf(Broken.class, verify()).first().kind());
    }

    @Test
    void takesNoCheckpointThatTheKeyDidNotSign() throws IOException {
        AttackedLog.flip(since, 20);
        assertEquals(
                Kind.CHECKPOINT,
                assertInstanceOf(Broken.class, verify()).first().kind());
    }

    @Test
    void saysThatRetentionTookWhatWouldShowIt() throws Exception {
        Files.writeString(folder.cut(), log.cut(BEGIN + 1, log.key()));
        Folders.delete(folder.segment(1));
        Partly partly = assertInstanceOf(Partly.class, verify());
        assertEquals(Kind.UNPROVEN, partly.findings().getFirst().kind());
    }
}
