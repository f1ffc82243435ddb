package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import dev.pavise.auditlog.verify.AuditVerifier;
import dev.pavise.auditlog.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Optional;

/** A second, plain way to check a log that was cut: from the signed cut, record by record, to the anchor. */
final class CutLog {
    private CutLog() {}

    /** Where the log was cut; 0 where it was not. */
    static long first(AuditSettings settings) throws IOException {
        return cut(settings).map(Cut::first).orElse(0L);
    }

    static Optional<Cut> cut(AuditSettings settings) throws IOException {
        return Cuts.read(new AuditFolder(settings.dir()), settings.origin(), key(settings));
    }

    static PublicKey key(AuditSettings settings) throws IOException {
        try {
            return SigningKey.parse(Files.readString(settings.key())).publicKey();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Fails unless every record from the cut on is there, in its place, and gives the anchor's root. */
    static long assertVerifies(AuditSettings settings) throws IOException {
        SealedTree anchor = SealedTree.parse(Files.readString(settings.anchor()), settings.origin(), key(settings))
                .orElseThrow();
        MerkleTree tree = cut(settings).map(Cut::tree).orElseGet(MerkleTree::new);
        long first = tree.size();
        try (LogCursor cursor = new LogCursor(new AuditFolder(settings.dir()))) {
            while (tree.size() < anchor.checkpoint().size() && cursor.next() == Step.RECORD) {
                if (cursor.seq() >= first) {
                    assertEquals(tree.size(), cursor.seq());
                    tree.add(tree.leafHash(cursor.buffer(), cursor.lineOffset(), cursor.lineLength()));
                }
            }
        }
        assertEquals(anchor.checkpoint().size(), tree.size());
        assertArrayEquals(anchor.checkpoint().root(), tree.root());
        assertInstanceOf(Verification.Whole.class, verify(settings));
        return tree.size();
    }

    static Verification verify(AuditSettings settings) throws IOException {
        Path key = settings.dir().resolve("audit.pub");
        return AuditVerifier.verify(
                new AuditVerifier.Request(settings.dir(), key, settings.anchor(), settings.origin()), _ -> {});
    }
}
