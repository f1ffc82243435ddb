package dev.pavise.auditlog.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Location;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.SideFile;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A log of three segments, larger than the stretches in which it is checked; an older copy of it; and another history that the
 * same key signed, which parts from it with the third segment. Attacks are made on copies.
 */
final class AttackedLog {
    /** Records of a segment: opened, these, closed. */
    static final int PAYLOAD = 300;

    static final int SEGMENT = PAYLOAD + 2;
    static final int SIZE = 3 * SEGMENT;
    /** A stretch of one block, so that the joins between stretches are attacked too. */
    static final int STRETCH = AuditFolder.BLOCK;

    final AuditSettings settings;
    final Path older;
    final Path fork;
    final Path publicKey;
    final List<Place> places;

    record Place(long seq, int segment, long offset, int length) {}

    private AttackedLog(AuditSettings settings, Path older, Path fork) throws IOException {
        this.settings = settings;
        this.older = older;
        this.fork = fork;
        this.publicKey = settings.key().resolveSibling("trusted.pub");
        Files.copy(settings.dir().resolve("audit.pub"), publicKey);
        this.places = placesOf(settings.dir());
    }

    static AttackedLog make(Path root) throws IOException {
        return make(root, PAYLOAD);
    }

    static AttackedLog make(Path root, int payload) throws IOException {
        AuditSettings settings = Samples.settings(root);
        Path older = root.resolve("older");
        run(settings, "0", payload);
        run(settings, "1", payload);
        Folders.copy(settings.dir(), older);
        AuditSettings other = AuditSettings.of(root.resolve("fork"), settings.key(), root.resolve("fork.anchor"))
                .withLowWater(0);
        Folders.copy(older, other.dir());
        Files.copy(settings.anchor(), other.anchor());
        run(settings, "2", payload);
        run(other, "3", payload);
        AttackedLog made = new AttackedLog(settings, older, other.dir());
        assertEquals(3 * (payload + 2), made.places.size());
        return made;
    }

    private static void run(AuditSettings settings, String name, int payload) throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < payload; i++) {
                Collected.append(store.log(), Samples.intent("jwt:corp:alice", "request-" + name + (100 + i)));
            }
        }
    }

    private static List<Place> placesOf(Path dir) throws IOException {
        List<Place> found = new ArrayList<>();
        try (LogCursor cursor = new LogCursor(new AuditFolder(dir))) {
            while (cursor.next() == Step.RECORD) {
                long location = cursor.location();
                found.add(new Place(
                        cursor.seq(), Location.segment(location), Location.offset(location), cursor.lineLength()));
            }
        }
        return found;
    }

    AuditVerifier.Request request(Path dir) {
        return new AuditVerifier.Request(dir, publicKey, settings.anchor(), settings.origin());
    }

    /** Checks record by record and in stretches, by one thread and by two: the results are the same. */
    Verification verify(Path dir) throws IOException {
        Verification slow = AuditVerifier.verify(request(dir), VerifyProgress.NONE, 0);
        for (int threads = 1; threads <= 2; threads++) {
            assertEquals(
                    slow,
                    AuditVerifier.verify(request(dir).withThreads(threads), VerifyProgress.NONE, STRETCH),
                    "with " + threads + " threads");
        }
        return slow;
    }

    FileChannel open(AuditFolder folder, Place place) throws IOException {
        return FileChannel.open(
                folder.queueFiles(place.segment).getFirst(), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Flips bits of one byte of a record's document, which begins with its four bytes of length. */
    void poke(AuditFolder folder, int seq, int at, int bits) throws IOException {
        byte[] one = get(folder, seq);
        set(folder, seq, at, new byte[] {(byte) (one[at] ^ bits)});
    }

    /** Flips a bit in the first byte of a field's value. */
    void pokeField(AuditFolder folder, int seq, String field) throws IOException {
        String line = new String(get(folder, seq), StandardCharsets.ISO_8859_1);
        int key = line.indexOf("\"" + field + "\":");
        assertTrue(key > 0, line);
        int value = key + field.length() + 3;
        poke(folder, seq, line.charAt(value) == '"' ? value + 1 : value, 1);
    }

    byte[] get(AuditFolder folder, int seq) throws IOException {
        Place place = places.get(seq);
        ByteBuffer bytes = ByteBuffer.allocate(4 + place.length);
        try (FileChannel file = open(folder, place)) {
            file.read(bytes, place.offset);
        }
        return bytes.array();
    }

    void set(AuditFolder folder, int seq, int at, byte[] bytes) throws IOException {
        Place place = places.get(seq);
        try (FileChannel file = open(folder, place)) {
            file.write(ByteBuffer.wrap(bytes), place.offset + at);
        }
    }

    void swap(AuditFolder folder, int one, int other) throws IOException {
        byte[] first = get(folder, one);
        byte[] second = get(folder, other);
        assertEquals(first.length, second.length);
        set(folder, one, 0, second);
        set(folder, other, 0, first);
    }

    /** Takes a record out so that nothing is left of it: what comes behind it in its file moves up. */
    void takeOut(AuditFolder folder, int seq) throws IOException {
        Path file = folder.queueFiles(places.get(seq).segment).getFirst();
        byte[] all = Files.readAllBytes(file);
        int from = (int) places.get(seq + 1).offset;
        int to = (int) places.get(seq).offset;
        System.arraycopy(all, from, all, to, all.length - from);
        Files.write(file, all);
    }

    /** Writes the leaf hash that a record has now. */
    void fitLeaf(AuditFolder folder, int seq) throws IOException, GeneralSecurityException {
        byte[] document = get(folder, seq);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update((byte) 0);
        digest.update(document, 4, document.length - 4);
        write(folder.leaves(), seq * 32L, digest.digest());
    }

    /** The note of a cut before a record, as the gateway would sign it, or somebody else. */
    String cut(int first, SigningKey key) throws IOException, GeneralSecurityException {
        MerkleTree before = new MerkleTree();
        AuditFolder own = new AuditFolder(settings.dir());
        try (SideFile leaves = SideFile.open(own.leaves(), MerkleTree.HASH).orElseThrow()) {
            while (before.size() < first) {
                before.add(leaves.entry(before.size()));
            }
        }
        return Cut.sign(before, SIZE, Instant.EPOCH, settings.origin(), key).text();
    }

    SigningKey key() throws IOException, GeneralSecurityException {
        return SigningKey.parse(Files.readString(settings.key()));
    }

    static void write(Path file, long at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    static void flip(Path file, long at) throws IOException {
        byte[] all = Files.readAllBytes(file);
        write(file, at, new byte[] {(byte) (all[(int) at] ^ 1)});
    }
}
