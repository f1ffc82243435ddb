package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.AuditUnavailable.Reason;
import dev.pavise.auditlog.Retained;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Removes the oldest segments. First the signed note of the cut is on the disk, then the event of it is stored, then the
 * segments go, then the room of their leaf hashes: whoever is stopped in between goes on from the note, and the folder verifies
 * at every moment. Used by one thread at a time.
 */
final class Cutter {
    private static final long EVENT_SECONDS = 30;

    private final AuditSettings settings;
    private final AuditFolder folder;
    private final SigningKey key;
    private final Room room;
    private final AuditLog log;
    private final DiskUse use = DiskUse.find();
    private long recordedTo;
    private final Deque<AuditRecord> late = new ArrayDeque<>();

    Cutter(AuditSettings settings, AuditFolder folder, SigningKey key, Room room, AuditLog log) {
        this.settings = settings;
        this.folder = folder;
        this.key = key;
        this.room = room;
        this.log = log;
    }

    /** The number of the first record that is left. */
    long firstLeft() throws IOException {
        return cut().map(Cut::first).orElse(0L);
    }

    private Optional<Cut> cut() throws IOException {
        return Cuts.read(folder, settings.origin(), key.publicKey());
    }

    List<Part> parts() throws IOException {
        return Part.all(folder, settings.origin(), key.publicKey(), use);
    }

    /** Carries out a plan; {@code notCopied} names who will not have got all that goes. */
    Retained carryOut(RetentionPlan plan, long signed, List<String> notCopied) throws IOException {
        Retained retained = plan.removes(firstLeft());
        try {
            Cut cut = Cut.sign(plan.cut().tree(), signed, settings.clock().instant(), settings.origin(), key);
            AtomicFile.replace(folder.cut(), cut.text(), true);
        } catch (GeneralSecurityException e) {
            throw new IOException("a cut cannot be signed", e);
        }
        finish(plan.goes(), retained, notCopied);
        return retained;
    }

    /** Removes what an earlier cut had to and did not; empty where it did. */
    Optional<Retained> resume(List<Part> parts) throws IOException {
        long firstLeft = firstLeft();
        if (firstLeft == 0) {
            return Optional.empty();
        }
        List<Part> left = before(parts, firstLeft);
        if (left.isEmpty()) {
            return Optional.empty();
        }
        long from = left.stream()
                .mapToLong(Part::first)
                .filter(seq -> seq >= 0)
                .min()
                .orElse(firstLeft);
        Retained retained =
                new Retained(from, firstLeft, left.size(), RetentionPlan.bytes(left), Retained.Reason.RESUMED);
        finish(left, retained, List.of());
        return Optional.of(retained);
    }

    /** Segments all of whose records lie before the cut: a later one begins there or before. */
    static List<Part> before(List<Part> parts, long firstLeft) {
        int stays = -1;
        for (int i = 0; i < parts.size() && parts.get(i).first() <= firstLeft; i++) {
            stays = parts.get(i).first() >= 0 ? i : stays;
        }
        return parts.subList(0, Math.max(0, stays)).stream()
                .filter(part -> part.first() < firstLeft)
                .toList();
    }

    private void finish(List<Part> goes, Retained retained, List<String> notCopied) throws IOException {
        if (recordedTo != retained.to()) {
            record(OwnEvents.cut(settings, retained, notCopied));
            recordedTo = retained.to();
        }
        for (Part part : goes) {
            delete(folder.segment(part.number()));
        }
        AtomicFile.syncFolder(folder.cut());
        room.punch(folder.leaves(), retained.to() * MerkleTree.HASH);
        room.punch(folder.blocks(), retained.to() / AuditFolder.BLOCK * Long.BYTES);
    }

    /** Stores events of cuts that were made while there was no room for them. */
    void recordLate() throws IOException {
        while (!late.isEmpty() && append(late.getFirst()).isEmpty()) {
            late.removeFirst();
        }
    }

    /** A full disk does not hold up what makes room: then the note stands for the event until there is room for that too. */
    private void record(AuditRecord event) throws IOException {
        Optional<AuditUnavailable> why = append(event);
        if (why.isPresent() && why.get().reason() != Reason.LOW_SPACE) {
            throw new IOException("the cut was signed and cannot be recorded: " + why.get());
        }
        if (why.isPresent()) {
            late.add(event);
        }
    }

    private Optional<AuditUnavailable> append(AuditRecord event) throws IOException {
        CompletableFuture<Optional<AuditUnavailable>> answer = new CompletableFuture<>();
        log.append(event, new Stored() {
            @Override
            public void stored(long seq) {
                answer.complete(Optional.empty());
            }

            @Override
            public void unavailable(AuditUnavailable why) {
                answer.complete(Optional.of(why));
            }
        });
        try {
            return answer.get(EVENT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a cut was recorded", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("a cut was signed and not recorded in time", e);
        }
    }

    private static void delete(Path segment) throws IOException {
        if (!Files.exists(segment)) {
            return;
        }
        try (Stream<Path> files = Files.walk(segment)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
