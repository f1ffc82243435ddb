package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.codec.Start;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.security.GeneralSecurityException;

/**
 * Keeps the signed tree before each segment, as whoever hashes the records comes to its first one. What is kept belongs to the
 * history that the checkpoints sign: behind the newest checkpoint it is written again by the next start, from what that finds.
 */
final class Starts {
    private final AuditSettings settings;
    private final AuditFolder folder;
    private final SigningKey key;

    Starts(AuditSettings settings, AuditFolder folder, SigningKey key) {
        this.settings = settings;
        this.folder = folder;
        this.key = key;
    }

    /** The next record of this tree is the first one of the segment. */
    void at(int segment, MerkleTree before) throws IOException {
        if (before.size() == 0) {
            return;
        }
        try {
            Start start = Start.sign(before, settings.clock().instant(), settings.origin(), key);
            boolean sync = settings.durability() == Durability.DISK;
            AtomicFile.replace(folder.start(segment), start.text(), sync);
        } catch (GeneralSecurityException e) {
            throw new IOException("the start of segment " + segment + " cannot be signed", e);
        }
    }
}
