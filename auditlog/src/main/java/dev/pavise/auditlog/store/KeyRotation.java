package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.codec.KeyRing;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.codec.SignedNote;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Replaces the signing key of a log that no gateway has open. The log records it, under the old key; the newest checkpoint gets
 * the signature of both; the new key vouches for the old one up to that checkpoint; then the new key takes the old one's place,
 * whose private part is gone from then on.
 *
 * <p>Until that last step the old key is in force, so whoever is stopped on the way has a log that opens as before; the next
 * attempt goes on with the new key that was made. Guarantees that whoever has only the folder, and neither key, can make no other
 * key pass for a successor or a predecessor. Does not protect what the old key signed from somebody who has stolen it.
 */
public final class KeyRotation {
    private static final long PATIENCE_SECONDS = 30;

    private final AuditSettings settings;
    private final AuditFolder folder;
    private final SigningKey old;
    private final SigningKey next;
    private final Path nextFile;

    /**
     * What was done.
     *
     * @param oldKey the id of the key that was retired, in hex
     * @param newKey the id of the one that signs from now on
     * @param size how many records the checkpoint of both covers
     * @param publicPem the new public key
     */
    public record Rotated(String oldKey, String newKey, long size, String publicPem) {}

    /** Where a rotation can be stopped. */
    enum Stage {
        RECORDED,
        BOTH_SIGNED,
        NOTES_SIGNED,
        VOUCHED,
        REPLACED
    }

    /** Is told of each stage that has been reached. */
    @FunctionalInterface
    interface Watch {
        void reached(Stage stage) throws IOException;
    }

    private KeyRotation(AuditSettings settings, SigningKey old, SigningKey next, Path nextFile) {
        this.settings = settings;
        this.folder = new AuditFolder(settings.dir());
        this.old = old;
        this.next = next;
        this.nextFile = nextFile;
    }

    /** Rotates; throws {@link AuditOpenException}, with nothing changed, where a gateway has the log open. */
    public static Rotated run(AuditSettings settings) throws IOException {
        return run(settings, stage -> {});
    }

    static Rotated run(AuditSettings settings, Watch watch) throws IOException {
        if (!Files.exists(settings.key()) || !Files.isDirectory(settings.dir())) {
            throw new AuditOpenException("there is no key to rotate: `" + settings.key() + "` signs nothing yet");
        }
        Path nextFile = settings.key().resolveSibling(settings.key().getFileName() + ".next");
        KeyRotation rotation;
        try (AuditStore store = OpenStore.open(settings)) {
            SigningKey old = KeyFile.readOrMake(settings.key());
            rotation = new KeyRotation(settings, old, KeyFile.readOrMake(nextFile), nextFile);
            rotation.record(store);
        }
        watch.reached(Stage.RECORDED);
        FolderLock lock = FolderLock.take(rotation.folder.lock());
        try {
            return rotation.handOver(watch);
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java cannot sign with Ed25519", e);
        } finally {
            lock.close();
        }
    }

    private void record(AuditStore store) throws IOException {
        AuditRecord event = OwnEvents.keyRotated(
                settings,
                KeyRing.word(settings.origin(), old.publicKey()),
                KeyRing.word(settings.origin(), next.publicKey()));
        CompletableFuture<Long> answer = new CompletableFuture<>();
        store.log().append(event, new Stored() {
            @Override
            public void stored(long seq) {
                answer.complete(seq);
            }

            @Override
            public void unavailable(AuditUnavailable why) {
                answer.completeExceptionally(new IOException(why.toString()));
            }
        });
        try {
            answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IOException("nothing was rotated, as the log takes no record: " + e.getCause(), e);
        }
    }

    private Rotated handOver(Watch watch) throws IOException, GeneralSecurityException {
        if (!KeyFile.readOrMake(settings.key()).publicKey().equals(old.publicKey())) {
            throw new AuditOpenException("`" + settings.key() + "` was changed meanwhile by somebody else");
        }
        SealedTree newest = newest();
        signByBoth(newest);
        watch.reached(Stage.BOTH_SIGNED);
        countersign(folder.cut());
        for (int segment : folder.segments()) {
            countersign(folder.start(segment));
        }
        watch.reached(Stage.NOTES_SIGNED);
        vouch(newest.checkpoint().size());
        watch.reached(Stage.VOUCHED);
        Files.move(nextFile, settings.key(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        AtomicFile.syncFolder(settings.key());
        watch.reached(Stage.REPLACED);
        Layout.publicKey(folder.publicKey(), next.publicPem());
        String origin = settings.origin();
        return new Rotated(
                SignedNote.keyIdText(origin, old.publicKey()),
                SignedNote.keyIdText(origin, next.publicKey()),
                newest.checkpoint().size(),
                next.publicPem());
    }

    /** The newest checkpoint, which folder and anchor have alike when a log was closed as it should be. */
    private SealedTree newest() throws IOException {
        Optional<SealedTree> inside = sealed(folder.checkpoint());
        Optional<SealedTree> anchor = sealed(settings.anchor());
        if (inside.isEmpty()
                || anchor.isEmpty()
                || !inside.get().checkpoint().equals(anchor.get().checkpoint())) {
            throw new AuditOpenException("nothing was rotated, as the last checkpoint of `" + settings.dir()
                    + "` could not be signed and anchored; look at the log of this command, and try again");
        }
        return inside.get();
    }

    private Optional<SealedTree> sealed(Path file) throws IOException {
        return Files.exists(file)
                ? SealedTree.parse(Texts.read(file), settings.origin(), old.publicKey())
                : Optional.empty();
    }

    private void signByBoth(SealedTree newest) throws IOException, GeneralSecurityException {
        String note = next.countersign(newest.note(), settings.origin());
        String text = new SealedTree(newest.checkpoint(), note, newest.edge()).text();
        append(folder.checkpoints(), note);
        AtomicFile.replace(folder.checkpoint(), text, true);
        AtomicFile.replace(settings.anchor(), text, true);
    }

    /** Only what the old key signed gets the new signature. */
    private void countersign(Path file) throws IOException, GeneralSecurityException {
        if (!Files.exists(file)) {
            return;
        }
        String text = Texts.read(file);
        String note = SealedTree.noteOf(text);
        if (SignedNote.open(note, settings.origin(), old.publicKey()).isPresent()) {
            String both = next.countersign(note, settings.origin()) + text.substring(note.length());
            AtomicFile.replace(file, both, true);
        }
    }

    private void vouch(long size) throws IOException, GeneralSecurityException {
        List<String> known =
                Files.exists(folder.retiredKeys()) ? SignedNote.split(Texts.read(folder.retiredKeys())) : List.of();
        KeyRing ring = KeyRing.of(old.publicKey(), settings.origin(), known);
        append(folder.retiredKeys(), ring.handOver(next, settings.origin(), size));
    }

    /** Adds a note to a file of notes; what a crash left of a last one goes. */
    private static void append(Path file, String note) throws IOException {
        StringBuilder text = new StringBuilder();
        if (Files.exists(file)) {
            SignedNote.split(Texts.read(file)).forEach(one -> text.append(one).append('\n'));
        }
        AtomicFile.replace(file, text.append(note).append('\n').toString(), true);
    }
}
