package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.verify.Finding.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The checkpoints that speak for a log: those in the folder, and the anchor. Only those that the key signed count. */
final class Notes {
    private static final long MAX_FILE = 64L << 20;

    private final PublicKey key;
    private final Findings findings;
    private final TreeMap<Long, Checkpoint> trusted = new TreeMap<>();
    private @Nullable String origin;

    private Notes(PublicKey key, @Nullable String origin, Findings findings) {
        this.key = key;
        this.origin = origin;
        this.findings = findings;
    }

    static Notes read(
            AuditFolder folder, PublicKey key, @Nullable String origin, @Nullable Path anchor, Findings findings)
            throws IOException {
        Notes notes = new Notes(key, origin, findings);
        if (anchor != null) {
            notes.take("the anchor", SealedTree.noteOf(text(anchor)));
        }
        Optional<String> newest = notes.inFolder(folder.checkpoint());
        newest.ifPresent(text -> notes.take("the newest checkpoint", SealedTree.noteOf(text)));
        if (newest.isEmpty() && !folder.segments().isEmpty()) {
            findings.add(Finding.ofFile(Kind.CHECKPOINT, "the folder has no newest checkpoint"));
        }
        notes.inFolder(folder.checkpoints()).ifPresent(notes::takeKept);
        return notes;
    }

    private Optional<String> inFolder(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_FILE) {
                findings.add(Finding.ofFile(Kind.CHECKPOINT, "`" + file.getFileName() + "` is too large to be ours"));
                return Optional.empty();
            }
            return Optional.of(text(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private void takeKept(String text) {
        int number = 0;
        for (String note : split(text)) {
            number++;
            take("kept checkpoint " + number, note);
        }
    }

    /** Each note is followed by an empty line; what a crash left of a last one is passed over. */
    static List<String> split(String text) {
        List<String> notes = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int signatures = text.indexOf("\n\n", start);
            int end = signatures < 0 ? -1 : text.indexOf("\n\n", signatures + 2);
            if (end < 0) {
                break;
            }
            notes.add(text.substring(start, end + 1));
            start = end + 2;
        }
        return notes;
    }

    private void take(String name, String note) {
        if (origin == null) {
            int end = note.indexOf('\n');
            origin = end < 0 ? note : note.substring(0, end);
        }
        Optional<Checkpoint> opened = SigningKey.open(note, origin, key);
        if (opened.isEmpty()) {
            findings.add(
                    Finding.ofFile(Kind.CHECKPOINT, name + " is not a checkpoint of this log that the key signed"));
            return;
        }
        Checkpoint checkpoint = opened.get();
        Checkpoint other = trusted.putIfAbsent(checkpoint.size(), checkpoint);
        if (other != null && !other.equals(checkpoint)) {
            findings.add(new Finding(
                    Kind.CHANGED_AMONG,
                    0,
                    "",
                    "the key signed two different logs of " + checkpoint.size()
                            + " records: one was put in place of the other"));
        }
    }

    /** The checkpoints that count, by their sizes. */
    Map<Long, Checkpoint> trusted() {
        return trusted;
    }

    /** How many records are signed. */
    long signed() {
        return trusted.isEmpty() ? 0 : trusted.lastKey();
    }
}
