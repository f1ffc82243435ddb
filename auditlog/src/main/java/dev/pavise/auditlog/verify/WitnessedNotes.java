package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.Cosignature;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.codec.SignedNote;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.verify.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Adds the checkpoints that a witness cosigned to those that speak for a log. */
final class WitnessedNotes {
    private static final long MOST = 64L << 20;

    private final Witnessed witnessed;
    private final Notes notes;
    private final Findings findings;
    private @Nullable Instant newest;

    WitnessedNotes(Witnessed witnessed, Notes notes, Findings findings) {
        this.witnessed = witnessed;
        this.notes = notes;
        this.findings = findings;
    }

    void take(AuditFolder folder, @Nullable Path anchor) throws IOException {
        if (witnessed.cosigned() != null) {
            takeNamed(witnessed.cosigned());
        } else if (anchor != null) {
            takeNote(text(anchor.resolveSibling(anchor.getFileName() + ".cosigned")));
        }
        takeNote(anchor == null ? "" : text(anchor));
        takeNote(text(folder.checkpoint()));
        for (String kept : SignedNote.split(text(folder.checkpoints()))) {
            takeNote(kept);
        }
        judge();
    }

    private void takeNamed(Path file) throws IOException {
        if (!takeNote(Notes.text(file))) {
            find("`" + file.getFileName() + "` holds no checkpoint of this log that witness "
                    + witnessed.key().name() + " cosigned");
        }
    }

    private static String text(Path file) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) <= MOST ? Notes.text(file) : "";
    }

    private boolean takeNote(String text) {
        String note = SealedTree.noteOf(text);
        Optional<Cosignature> cosignature = Cosignature.check(note, witnessed.key());
        Optional<Checkpoint> checkpoint = cosignature
                .flatMap(holds -> Checkpoint.ofNote(note))
                .filter(read -> read.origin().equals(notes.origin()));
        checkpoint.ifPresent(read -> {
            notes.believe(read, "the witness cosigned another log of " + read.size() + " records than the key signed");
            Instant at = cosignature.orElseThrow().at();
            newest = newest == null || at.isAfter(newest) ? at : newest;
        });
        return checkpoint.isPresent();
    }

    private void judge() {
        Instant at = newest;
        Instant since = witnessed.since();
        if (at == null) {
            find("no checkpoint of this log was cosigned by witness "
                    + witnessed.key().name());
        } else if (since != null && at.isBefore(since)) {
            find("witness " + witnessed.key().name() + " cosigned last at " + at + ", before " + since);
        }
    }

    private void find(String text) {
        findings.add(Finding.ofFile(Kind.CHECKPOINT, text));
    }
}
