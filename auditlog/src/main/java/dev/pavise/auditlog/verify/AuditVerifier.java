package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.verify.Verification.Broken;
import dev.pavise.auditlog.verify.Verification.Counts;
import dev.pavise.auditlog.verify.Verification.Whole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether an audit folder, or a copy of one, is whole. Reads only, needs no lock, works beside a running gateway, and
 * trusts nothing that it reads: damage of any kind ends in a finding.
 *
 * <h2>Security guarantees</h2>
 * With the public key and the anchor from outside the folder, every changed byte of a signed record is found, and every signed
 * record that is missing, added or moved, the end of the log and the exchange for an older copy included. Not found: what
 * whoever holds the signing key does, and changes to records that no checkpoint covers yet, which are counted as unsigned.
 */
public final class AuditVerifier {
    /** How many findings a result holds at most. */
    public static final int MAX_FINDINGS = 100;

    private AuditVerifier() {}

    /**
     * What to check.
     *
     * @param publicKey a PEM file; null takes the folder's own, which the result then says
     * @param anchor the anchor; null leaves a cut tail unseen, which the result then says
     * @param origin the log's name; null takes it from the anchor or the newest checkpoint
     * @param since a checkpoint that is believed already, from which only what came after is read; null reads all
     * @param threads how many threads read and hash
     */
    public record Request(
            Path dir,
            @Nullable Path publicKey,
            @Nullable Path anchor,
            @Nullable String origin,
            @Nullable Path since,
            int threads) {
        public Request {
            if (threads < 1) {
                throw new IllegalArgumentException("a check needs a thread, not `" + threads + "`");
            }
        }

        /** Reads all, with every processor. */
        public Request(Path dir, @Nullable Path publicKey, @Nullable Path anchor, @Nullable String origin) {
            this(dir, publicKey, anchor, origin, null, Runtime.getRuntime().availableProcessors());
        }

        public static Request of(Path dir) {
            return new Request(dir, null, null, null);
        }

        public Request withSince(@Nullable Path value) {
            return new Request(dir, publicKey, anchor, origin, value, threads);
        }

        public Request withThreads(int value) {
            return new Request(dir, publicKey, anchor, origin, since, value);
        }
    }

    /**
     * Checks the folder; {@code progress} is told now and then how many records were read. Throws only where what was asked for
     * is not there: the folder, the key, the anchor.
     */
    public static Verification verify(Request request, LongConsumer progress) throws IOException {
        if (!Files.isDirectory(request.dir)) {
            throw new NotDirectoryException(request.dir.toString());
        }
        AuditFolder folder = new AuditFolder(request.dir);
        Path keyFile = request.publicKey == null ? folder.publicKey() : request.publicKey;
        Findings findings = new Findings();
        Notes notes = Notes.read(folder, key(keyFile), request.origin, request.anchor, findings);
        try (LeafHashes leaves = LeafHashes.open(folder, notes, findings)) {
            RecordCheck records = new RecordCheck(folder, notes, leaves, findings, progress);
            records.run();
            Counts counts = new Counts(
                    records.read(),
                    notes.signed(),
                    records.unsigned(),
                    records.rootsHeld(),
                    records.open(),
                    request.publicKey == null,
                    request.anchor != null);
            List<Finding> all = findings.ordered();
            return all.isEmpty() ? new Whole(counts) : new Broken(counts, all.getFirst(), all);
        }
    }

    private static PublicKey key(Path file) throws IOException {
        try {
            return SigningKey.parsePublic(Files.readString(file));
        } catch (GeneralSecurityException | java.nio.charset.CharacterCodingException e) {
            throw new IOException("`" + file + "` is not an Ed25519 public key in PEM", e);
        }
    }
}
