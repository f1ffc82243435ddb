package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.verify.Verification.Broken;
import dev.pavise.auditlog.verify.Verification.Counts;
import dev.pavise.auditlog.verify.Verification.Partly;
import dev.pavise.auditlog.verify.Verification.Read;
import dev.pavise.auditlog.verify.Verification.Whole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether an audit folder, or a copy of one, is whole. Reads only, needs no lock, works beside a running gateway, and
 * trusts nothing that it reads: damage of any kind ends in a finding.
 *
 * <h2>Security guarantees</h2>
 * With the public key and the anchor from outside the folder, every changed byte of a signed record is found, and every signed
 * record that is missing, added or moved, the end of the log and the exchange for an older copy included. Not found: what
 * whoever holds the signing key does to what no witness cosigned, and changes to records that no checkpoint covers yet, which are counted as unsigned.
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
     * @param witnessed what a witness must have said of it; null asks for nothing
     */
    public record Request(
            Path dir,
            @Nullable Path publicKey,
            @Nullable Path anchor,
            @Nullable String origin,
            @Nullable Path since,
            int threads,
            @Nullable Witnessed witnessed) {
        public Request {
            if (threads < 1) {
                throw new IllegalArgumentException("a check needs a thread, not `" + threads + "`");
            }
        }

        /** Reads all, with every processor. */
        public Request(Path dir, @Nullable Path publicKey, @Nullable Path anchor, @Nullable String origin) {
            this(dir, publicKey, anchor, origin, null, Runtime.getRuntime().availableProcessors(), null);
        }

        public static Request of(Path dir) {
            return new Request(dir, null, null, null);
        }

        public Request withSince(@Nullable Path value) {
            return new Request(dir, publicKey, anchor, origin, value, threads, witnessed);
        }

        public Request withThreads(int value) {
            return new Request(dir, publicKey, anchor, origin, since, value, witnessed);
        }

        public Request withWitnessed(@Nullable Witnessed value) {
            return new Request(dir, publicKey, anchor, origin, since, threads, value);
        }
    }

    /**
     * Checks the folder; {@code progress} is told now and then how far it is. Throws only where what was asked for is not
     * there: the folder, the key, the anchor, the checkpoint to begin from.
     */
    public static Verification verify(Request request, VerifyProgress progress) throws IOException {
        return verify(request, progress, StretchCheck.USUAL);
    }

    /** The same; {@code progress} is told how many records were read. */
    public static Verification verify(Request request, LongConsumer progress) throws IOException {
        return verify(request, (records, bytes, total) -> progress.accept(records));
    }

    /** The same with stretches of another size; 0 reads everything in one go, which the result must not show. */
    static Verification verify(Request request, VerifyProgress progress, int stretch) throws IOException {
        if (!Files.isDirectory(request.dir)) {
            throw new NotDirectoryException(request.dir.toString());
        }
        AuditFolder folder = new AuditFolder(request.dir);
        PublicKey key = key(request.publicKey == null ? folder.publicKey() : request.publicKey);
        Findings findings = new Findings();
        Notes notes = Notes.read(folder, key, request, findings);
        if (request.witnessed != null) {
            new WitnessedNotes(request.witnessed, notes, findings).take(folder, request.anchor);
        }
        Base base = Base.choose(folder, notes, Optional.ofNullable(request.since));
        Optional<Read> quick = stretch == 0
                ? Optional.empty()
                : new StretchCheck(folder, notes, base, stretch).run(request.threads, progress);
        Read read = quick.isPresent() ? quick.get() : closer(folder, notes, base, findings, progress);
        notes.judgeStrangers(folder);
        Counts counts = new Counts(
                base.size(),
                read.records(),
                read.leftover(),
                notes.signed(),
                read.unsigned(),
                read.checkpoints(),
                read.open(),
                request.publicKey == null,
                request.anchor != null);
        List<Finding> all = findings.ordered();
        if (all.isEmpty()) {
            return new Whole(counts);
        }
        boolean limits = all.stream().allMatch(Finding::isLimit);
        return limits ? new Partly(counts, all) : new Broken(counts, all.getFirst(), all);
    }

    /** Record by record, so as to name what is wrong. */
    private static Read closer(AuditFolder folder, Notes notes, Base base, Findings findings, VerifyProgress progress)
            throws IOException {
        try (LeafHashes leaves = LeafHashes.open(folder, notes, base, findings)) {
            ReadBytes bytes = new ReadBytes(folder, base, progress);
            Read read = new RecordCheck(folder, notes, base, leaves, findings, bytes).run();
            bytes.end();
            return read;
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
