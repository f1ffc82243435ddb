package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.KeyRing;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.codec.SignedNote;
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
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints that speak for a log: those in the folder, the anchor, and the one to begin from. Only those count that the
 * key signed, or one before it that it vouches for.
 */
final class Notes {
    private static final long MAX_FILE = 64L << 20;
    private static final String UNNAMED = "?";

    /** A checkpoint of a key that is not known; {@code size} is what it claims. */
    record Stranger(String name, String signers, long size) {}

    private final PublicKey key;
    private final Findings findings;
    private final TreeMap<Long, Checkpoint> trusted = new TreeMap<>();
    private final List<Stranger> strangers = new ArrayList<>();
    private KeyRing keys;
    private @Nullable String origin;

    private Notes(PublicKey key, @Nullable String origin, Findings findings) {
        this.key = key;
        this.keys = KeyRing.of(key);
        this.origin = origin;
        this.findings = findings;
    }

    static Notes read(AuditFolder folder, PublicKey key, AuditVerifier.Request request, Findings findings)
            throws IOException {
        Notes notes = new Notes(key, request.origin(), findings);
        Optional<String> anchor = request.anchor() == null ? Optional.empty() : Optional.of(text(request.anchor()));
        Optional<String> newest = notes.inFolder(folder.checkpoint());
        anchor.or(() -> newest).ifPresent(notes::nameLog);
        notes.readRetired(folder);
        anchor.ifPresent(text -> notes.take("the anchor", SealedTree.noteOf(text)));
        newest.ifPresent(text -> notes.take("the newest checkpoint", SealedTree.noteOf(text)));
        if (newest.isEmpty() && !folder.segments().isEmpty()) {
            findings.add(Finding.ofFile(Kind.CHECKPOINT, "the folder has no newest checkpoint"));
        }
        notes.inFolder(folder.checkpoints()).ifPresent(notes::takeKept);
        return notes;
    }

    /** Where the log's name was not given, it is the first line of the first checkpoint. */
    private void nameLog(String note) {
        if (origin == null) {
            int end = note.indexOf('\n');
            origin = end < 0 ? UNNAMED : note.substring(0, end);
        }
    }

    private void readRetired(AuditFolder folder) throws IOException {
        String name = origin();
        inFolder(folder.retiredKeys()).ifPresent(text -> keys = KeyRing.of(key, name, SignedNote.split(text)));
    }

    /** What retention left where it removed records; one that no key of this log signed is found wanting. */
    Optional<Cut> cut(AuditFolder folder) throws IOException {
        Optional<String> text = inFolder(folder.cut());
        Optional<Cut> cut = text.flatMap(found -> keys.cut(found, origin()));
        if (text.isPresent() && cut.isEmpty()) {
            findings.add(Finding.ofFile(
                    Kind.CHECKPOINT,
                    "the note of what retention removed is not one of this log that key "
                            + SignedNote.keyIdText(origin(), key) + " signed; "
                            + SignedNote.signersText(SealedTree.noteOf(text.get()), origin())));
        }
        return cut;
    }

    /** Holds the tree of what retention removed against the checkpoint of that size, if there is one. */
    void hold(MerkleTree removed) {
        Checkpoint same = trusted.get(removed.size());
        if (same != null && removed.size() > 0 && !same.hasRoot(removed.root())) {
            findings.add(new Finding(
                    Kind.CHANGED_AMONG,
                    removed.size() - 1,
                    "",
                    "the note of what retention removed belongs to another history of this log"));
        }
    }

    /** Tells of the checkpoint to begin from that nothing shows any more that the log goes on from it. */
    void unproven(Checkpoint begin, long first) {
        findings.add(new Finding(
                Kind.UNPROVEN,
                begin.size(),
                "",
                "the checkpoint to begin from lies before record " + first
                        + ", the first that retention left: that the log goes on from it cannot be shown any more"));
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

    static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private void takeKept(String text) {
        int number = 0;
        for (String note : SignedNote.split(text)) {
            number++;
            take("kept checkpoint " + number, note);
        }
    }

    /** Takes a checkpoint among those that count; empty, with the finding told, where it does not count. */
    Optional<Checkpoint> take(String name, String note) {
        nameLog(note);
        Optional<Checkpoint> opened = keys.open(note, origin());
        if (opened.isEmpty()) {
            refuse(name, note);
            return opened;
        }
        Checkpoint checkpoint = opened.get();
        believe(
                checkpoint,
                "the key signed two different logs of " + checkpoint.size()
                        + " records: one was put in place of the other");
        return opened;
    }

    /** Takes a checkpoint that somebody has vouched for; where another of its size speaks against it, that is told. */
    void believe(Checkpoint checkpoint, String otherwise) {
        Checkpoint other = trusted.putIfAbsent(checkpoint.size(), checkpoint);
        if (other != null && !other.equals(checkpoint)) {
            findings.add(new Finding(Kind.CHANGED_AMONG, 0, "", otherwise));
        }
    }

    /** What bears another key's signature may be of a key that came later; that is told when the records are read. */
    private void refuse(String name, String note) {
        long size = claimedSize(note);
        if (size > signed() && !SignedNote.signers(note, origin()).isEmpty()) {
            strangers.add(new Stranger(name, SignedNote.signersText(note, origin()), size));
        } else {
            findings.add(notOurs(name, SignedNote.signersText(note, origin())));
        }
    }

    private Finding notOurs(String name, String signers) {
        String text = name + " is not a checkpoint of this log that key " + SignedNote.keyIdText(origin(), key)
                + " signed; " + signers;
        return Finding.ofFile(Kind.CHECKPOINT, text);
    }

    private long claimedSize(String note) {
        return Checkpoint.ofNote(note)
                .filter(checkpoint -> checkpoint.origin().equals(origin()))
                .map(Checkpoint::size)
                .orElse(-1L);
    }

    /**
     * Tells what is to be thought of checkpoints that other keys signed: where the log itself, in its signed part, names a key
     * that took over, what is newer cannot be judged with the key that was given; else they are somebody else's.
     */
    void judgeStrangers(AuditFolder folder) throws IOException {
        if (strangers.isEmpty()) {
            return;
        }
        Optional<Successor> successor = Successor.find(folder, signed(), KeyRing.word(origin(), key));
        for (Stranger stranger : strangers) {
            if (successor.isPresent() && stranger.size > signed()) {
                findings.add(new Finding(
                        Kind.LATER_KEY,
                        signed(),
                        "",
                        "from here on checkpoints are signed by a key that was not given: record "
                                + successor.get().seq() + " names "
                                + successor.get().word()
                                + " as the one that took over (" + stranger.name + ": " + stranger.signers + ")"));
                return;
            }
            findings.add(notOurs(stranger.name, stranger.signers));
        }
    }

    /** The checkpoints that count, by their sizes. */
    NavigableMap<Long, Checkpoint> trusted() {
        return trusted;
    }

    KeyRing keys() {
        return keys;
    }

    String origin() {
        String name = origin;
        return name == null ? UNNAMED : name;
    }

    /** How many records are signed. */
    long signed() {
        return trusted.isEmpty() ? 0 : trusted.lastKey();
    }
}
