package dev.pavise.auditlog.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Location;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import dev.pavise.auditlog.verify.Finding.Kind;
import dev.pavise.auditlog.verify.Verification.Broken;
import dev.pavise.auditlog.verify.Verification.Whole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every attack on the files of a log is told, and the first bad record is named. */
class AttackTest {
    /** Records of one segment: opened, these, closed. */
    private static final int PAYLOAD = 40;

    private static final int SEGMENT = PAYLOAD + 2;

    @TempDir
    static Path root;

    @TempDir
    Path work;

    private static AuditSettings settings = Samples.settings(Path.of("unset"));
    private static Path older = Path.of("unset");
    private static List<Place> places = List.of();

    private record Place(long seq, int segment, long offset, int length) {}

    interface Attack {
        void on(AuditFolder folder) throws Exception;
    }

    @BeforeAll
    static void makeALogOfThreeSegments() throws IOException {
        settings = Samples.settings(root);
        older = root.resolve("older");
        for (int run = 0; run < 3; run++) {
            if (run == 2) {
                Folders.copy(settings.dir(), older);
            }
            try (AuditStore store = AuditStore.open(settings)) {
                for (int i = 0; i < PAYLOAD; i++) {
                    Collected.append(store.log(), Samples.intent("jwt:corp:alice", "request-" + run + (100 + i)));
                }
            }
        }
        places = placesOf(settings.dir());
        assertEquals(3 * SEGMENT, places.size());
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

    static Stream<Arguments> attacks() {
        return Stream.of(
                attack("a byte of a record is flipped", Kind.CHANGED, 50, folder -> poke(folder, 50, 4 + 120, 1)),
                attack("a digit of a number is changed", Kind.MISPLACED, 50, folder -> poke(folder, 50, 4 + 51, 1)),
                attack("a record's first byte is changed", Kind.DAMAGED, 50, folder -> poke(folder, 50, 4, 1)),
                attack("a record's last byte is changed", Kind.DAMAGED, 50, folder -> {
                    poke(folder, 50, 4 + places.get(50).length - 1, 1);
                }),
                attack("a record is made shorter", Kind.DAMAGED, 50, folder -> poke(folder, 50, 0, 8)),
                attack("a record is made huge", Kind.DAMAGED, 50, folder -> poke(folder, 50, 2, 0x10)),
                attack("a record is made unfinished", Kind.MISSING, 50, folder -> poke(folder, 50, 3, 0x80)),
                attack("a record is made meta data", Kind.MISSING, 50, folder -> poke(folder, 50, 3, 0x40)),
                attack("the last record is made unfinished", Kind.CUT, 125, folder -> poke(folder, 125, 3, 0x80)),
                attack("the end is set in the middle", Kind.MISSING, 50, folder -> set(folder, 50, 0, new byte[4])),
                attack("two records change places", Kind.MISSING, 50, AttackTest::swap),
                attack("a record is written over by another", Kind.MISPLACED, 51, folder -> {
                    set(folder, 51, 0, get(folder, 50));
                }),
                attack("a segment's file is cut", Kind.DAMAGED, 120, folder -> {
                    Place place = places.get(120);
                    try (FileChannel file = open(folder, place)) {
                        file.truncate(place.offset + 10);
                    }
                }),
                attack("a segment is removed", Kind.MISSING, SEGMENT, folder -> Folders.delete(folder.segment(2))),
                attack(
                        "the newest segment is removed",
                        Kind.CUT,
                        2 * SEGMENT,
                        folder -> Folders.delete(folder.segment(3))),
                attack("all segments are removed", Kind.CUT, 0, folder -> {
                    for (int segment = 1; segment <= 3; segment++) {
                        Folders.delete(folder.segment(segment));
                    }
                }),
                attack("segments change places", Kind.MISSING, SEGMENT, folder -> {
                    Files.move(folder.segment(2), folder.segment(9));
                }),
                attack(
                        "a segment is added",
                        Kind.MISPLACED,
                        126,
                        folder -> Folders.copy(folder.segment(1), folder.segment(4))),
                attack("a queue file is added", Kind.DAMAGED, SEGMENT, folder -> {
                    Path file = folder.queueFiles(1).getFirst();
                    Files.copy(file, folder.segment(2).resolve("0.cq4"));
                }),
                attack("a record and its leaf hash are changed", Kind.CHANGED_AMONG, 0, AttackTest::changeWithLeaf),
                attack("a record is changed and the leaf hashes are removed", Kind.CHANGED_AMONG, SEGMENT, folder -> {
                    poke(folder, 50, 4 + 120, 1);
                    Files.delete(folder.leaves());
                }),
                attack("the folder is replaced by an older copy", Kind.CUT, 2 * SEGMENT, folder -> {
                    Folders.delete(folder.dir());
                    Folders.copy(older, folder.dir());
                }),
                attack("the checkpoint is removed", Kind.CHECKPOINT, -1, folder -> Files.delete(folder.checkpoint())),
                attack("the checkpoint is emptied", Kind.CHECKPOINT, -1, folder -> {
                    Files.write(folder.checkpoint(), new byte[0]);
                }),
                attack("the checkpoint's size is changed", Kind.CHECKPOINT, -1, folder -> {
                    String text = Files.readString(folder.checkpoint());
                    Files.writeString(folder.checkpoint(), text.replaceFirst("\n126\n", "\n125\n"));
                }),
                attack("the checkpoints are another key's", Kind.CHECKPOINT, -1, folder -> {
                    AuditSettings other = Samples.settings(folder.dir().resolveSibling("other"));
                    AuditStore.open(other).close();
                    AuditFolder foreign = new AuditFolder(other.dir());
                    Files.copy(
                            foreign.checkpoint(),
                            folder.checkpoint(),
                            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }),
                attack("kept checkpoints are made up", Kind.CHECKPOINT, -1, folder -> {
                    Files.writeString(folder.checkpoints(), "a\nb\n\nc\n\n", StandardOpenOption.APPEND);
                }));
    }

    private static Arguments attack(String name, Kind kind, long seq, Attack attack) {
        return Arguments.of(name, kind, seq, attack);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void namesTheFirstBadRecord(String name, Kind kind, long seq, Attack attack) throws Exception {
        Path copy = work.resolve("copy");
        Folders.copy(settings.dir(), copy);
        attack.on(new AuditFolder(copy));
        Broken broken = assertInstanceOf(Broken.class, verify(copy), name);
        assertEquals(kind, broken.first().kind(), broken.toString());
        assertEquals(seq, broken.first().seq(), broken.toString());
        assertTrue(broken.findings().contains(broken.first()));
    }

    @Test
    void findsAnUntouchedCopyWholeAndLeavesItAsItIs() throws Exception {
        Path copy = work.resolve("copy");
        Folders.copy(settings.dir(), copy);
        String before = digest(copy);
        Whole whole = assertInstanceOf(Whole.class, verify(copy));
        assertEquals(3 * SEGMENT, whole.counts().records());
        assertEquals(3 * SEGMENT, whole.counts().signed());
        assertEquals(3 * PAYLOAD, whole.counts().open());
        assertEquals(0, whole.counts().unsigned());
        assertTrue(whole.counts().checkpoints() >= 3, whole.toString());
        assertEquals(before, digest(copy));
    }

    @Test
    void namesTheRecordOfEveryByteThatIsFlipped() throws Exception {
        Path copy = work.resolve("copy");
        Folders.copy(settings.dir(), copy);
        AuditFolder folder = new AuditFolder(copy);
        for (int i = 0; i < places.size(); i += 7) {
            for (int at = i % 5; at < places.get(i).length; at += 13) {
                poke(folder, i, 4 + at, 1 << at % 8);
                Broken broken = assertInstanceOf(Broken.class, verify(copy), "record " + i + " byte " + at);
                assertEquals(i, broken.first().seq(), "byte " + at + ": " + broken);
                poke(folder, i, 4 + at, 1 << at % 8);
            }
        }
        assertInstanceOf(Whole.class, verify(copy));
    }

    @Test
    void endsInAResultWhateverIsWrittenOverTheFiles() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(4711);
        Path copy = work.resolve("copy");
        for (int round = 0; round < 300; round++) {
            Folders.copy(settings.dir(), copy);
            List<Path> files = filesOf(copy).stream()
                    .filter(file -> !file.endsWith("audit.pub"))
                    .toList();
            Path file = files.get(random.nextInt(files.size()));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                long reach = Math.max(1, Math.min(channel.size(), random.nextBoolean() ? 1 << 10 : 1 << 16));
                byte[] junk = new byte[1 + random.nextInt(64)];
                random.nextBytes(junk);
                channel.write(ByteBuffer.wrap(junk), random.nextLong(reach));
                if (random.nextInt(4) == 0) {
                    channel.truncate(random.nextLong(reach));
                }
            }
            Verification result = verify(copy);
            assertTrue(result.counts().records() >= 0, file + ": " + result);
            Folders.delete(copy);
        }
    }

    private static Verification verify(Path dir) throws IOException {
        Path key = settings.dir().resolve("audit.pub");
        return AuditVerifier.verify(
                new AuditVerifier.Request(dir, key, settings.anchor(), settings.origin()), VerifyProgress.NONE);
    }

    private static void swap(AuditFolder folder) throws IOException {
        byte[] first = get(folder, 50);
        byte[] second = get(folder, 51);
        assertEquals(first.length, second.length);
        set(folder, 50, 0, second);
        set(folder, 51, 0, first);
    }

    private static void changeWithLeaf(AuditFolder folder) throws Exception {
        poke(folder, 20, 4 + 120, 1);
        byte[] line = get(folder, 20);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update((byte) 0);
        digest.update(line, 4, line.length - 4);
        try (FileChannel file = FileChannel.open(folder.leaves(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(digest.digest()), 20 * 32L);
        }
    }

    private static FileChannel open(AuditFolder folder, Place place) throws IOException {
        return FileChannel.open(
                folder.queueFiles(place.segment).getFirst(), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Flips bits of one byte of a record's document, which begins with its four bytes of length. */
    private static void poke(AuditFolder folder, int seq, int at, int bits) throws IOException {
        Place place = places.get(seq);
        try (FileChannel file = open(folder, place)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, place.offset + at);
            one.put(0, (byte) (one.get(0) ^ bits)).rewind();
            file.write(one, place.offset + at);
        }
    }

    private static byte[] get(AuditFolder folder, int seq) throws IOException {
        Place place = places.get(seq);
        ByteBuffer bytes = ByteBuffer.allocate(4 + place.length).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = open(folder, place)) {
            file.read(bytes, place.offset);
        }
        return bytes.array();
    }

    private static void set(AuditFolder folder, int seq, int at, byte[] bytes) throws IOException {
        Place place = places.get(seq);
        try (FileChannel file = open(folder, place)) {
            file.write(ByteBuffer.wrap(bytes), place.offset + at);
        }
    }

    private static List<Path> filesOf(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String digest(Path dir) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Path file : filesOf(dir)) {
            digest.update(file.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(file));
        }
        return java.util.HexFormat.of().formatHex(digest.digest());
    }
}
