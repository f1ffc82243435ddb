package dev.pavise.auditlog.verify;

import static dev.pavise.auditlog.verify.AttackedLog.SEGMENT;
import static dev.pavise.auditlog.verify.AttackedLog.SIZE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.KeyRing;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Location;
import dev.pavise.auditlog.verify.Finding.Kind;
import dev.pavise.auditlog.verify.Verification.Broken;
import dev.pavise.auditlog.verify.Verification.Whole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every attack on the files of a log is told, and the first bad record is named; both by reading record by record and in stretches. */
final class AttackTest {
    @TempDir
    static Path root;

    @TempDir
    Path work;

    private static AttackedLog log = unset();

    private AuditFolder copy = new AuditFolder(Path.of("unset"));

    @SuppressWarnings("NullAway") // set before any test
    private static AttackedLog unset() {
        return null;
    }

    @BeforeAll
    static void makeALogOfThreeSegments() throws IOException {
        log = AttackedLog.make(root);
    }

    @BeforeEach
    void copyIt() throws IOException {
        copy = new AuditFolder(work.resolve("copy"));
        Folders.copy(log.settings.dir(), copy.dir());
    }

    /** The first record of a stretch, which is in the second segment. */
    private static final int JOIN = 512;

    interface Attack {
        void on(AuditFolder folder) throws Exception;
    }

    static Stream<Arguments> attacksOnRecords() {
        return Stream.of(
                attack(
                        "a digit of a number is changed",
                        Kind.MISPLACED,
                        50,
                        folder -> log.pokeField(folder, 50, "seq")),
                attack("a record's first byte is changed", Kind.DAMAGED, 50, folder -> log.poke(folder, 50, 4, 1)),
                attack("a record's last byte is changed", Kind.DAMAGED, 50, folder -> {
                    log.poke(folder, 50, log.get(folder, 50).length - 1, 1);
                }),
                attack("a record is made shorter", Kind.DAMAGED, 50, folder -> log.poke(folder, 50, 0, 8)),
                attack("a record is made huge", Kind.DAMAGED, 50, folder -> log.poke(folder, 50, 2, 0x10)),
                attack("a record is made unfinished", Kind.MISSING, 50, folder -> log.poke(folder, 50, 3, 0x80)),
                attack("a record is made meta data", Kind.MISSING, 50, folder -> log.poke(folder, 50, 3, 0x40)),
                attack("a record is taken out", Kind.MISSING, 50, folder -> log.takeOut(folder, 50)),
                attack(
                        "a stretch's first record is taken out",
                        Kind.MISSING,
                        JOIN,
                        folder -> log.takeOut(folder, JOIN)),
                attack("a stretch's last record is taken out", Kind.MISSING, JOIN - 1, folder -> {
                    log.takeOut(folder, JOIN - 1);
                }),
                attack("a stretch's first record is changed", Kind.CHANGED, JOIN, folder -> {
                    log.pokeField(folder, JOIN, "actor");
                }),
                attack("the last record is made unfinished", Kind.CUT, SIZE - 1, folder -> {
                    log.poke(folder, SIZE - 1, 3, 0x80);
                }),
                attack("the end is set in the middle", Kind.MISSING, 50, folder -> log.set(folder, 50, 0, new byte[4])),
                attack("two records change places", Kind.MISSING, 50, folder -> log.swap(folder, 50, 51)),
                attack("records on both sides of a join change places", Kind.MISSING, JOIN - 1, folder -> {
                    log.swap(folder, JOIN - 1, JOIN);
                }),
                attack("a record is written over by another", Kind.MISPLACED, 51, folder -> {
                    log.set(folder, 51, 0, log.get(folder, 50));
                }),
                attack("a record and its leaf hash are changed", Kind.CHANGED_AMONG, 0, folder -> {
                    log.pokeField(folder, 20, "actor");
                    log.fitLeaf(folder, 20);
                }),
                attack("a record is changed and the leaf hashes are removed", Kind.CHANGED_AMONG, SEGMENT, folder -> {
                    log.pokeField(folder, SEGMENT + 8, "actor");
                    Files.delete(folder.leaves());
                }),
                attack("a record, its leaf hash and all checkpoints are changed", Kind.CHANGED_AMONG, 0, folder -> {
                    log.pokeField(folder, 20, "actor");
                    log.fitLeaf(folder, 20);
                    SigningKey other = SigningKey.generate();
                    Files.writeString(
                            folder.checkpoint(), other.sign(new Checkpoint(log.settings.origin(), SIZE, new byte[32])));
                    Files.delete(folder.checkpoints());
                }),
                attack("a record is changed, and a hint leads to a good copy of it", Kind.CHANGED, JOIN, folder -> {
                    Folders.copy(folder.segment(2), folder.segment(4));
                    log.pokeField(folder, JOIN, "actor");
                    hint(folder, JOIN, 4, log.places.get(JOIN).offset());
                }),
                attack(
                        "a changed segment stands before the good one, and hints lead past it",
                        Kind.CHANGED,
                        520,
                        folder -> {
                            log.pokeField(folder, 520, "actor");
                            Folders.copy(folder.segment(3), folder.segment(4));
                            Folders.delete(folder.segment(3));
                            Folders.copy(new AuditFolder(log.settings.dir()).segment(2), folder.segment(3));
                            hint(folder, JOIN, 3, log.places.get(JOIN).offset());
                            hint(folder, 768, 4, log.places.get(768).offset());
                        }),
                attack("a record is hidden, and a hint leads behind it", Kind.MISSING, JOIN, folder -> {
                    log.poke(folder, JOIN, 3, 0x40);
                    hint(folder, JOIN, 2, log.places.get(JOIN + 1).offset());
                }));
    }

    static Stream<Arguments> attacksOnFiles() {
        return Stream.of(
                attack("a segment's file is cut", Kind.DAMAGED, SIZE - 6, folder -> {
                    try (FileChannel file = log.open(folder, log.places.get(SIZE - 6))) {
                        file.truncate(log.places.get(SIZE - 6).offset() + 10);
                    }
                }),
                attack("a segment is removed", Kind.MISSING, SEGMENT, folder -> Folders.delete(folder.segment(2))),
                attack("a segment's file is removed", Kind.MISSING, SEGMENT, folder -> {
                    Files.delete(folder.queueFiles(2).getFirst());
                }),
                attack("a segment's file is emptied", Kind.MISSING, SEGMENT, folder -> {
                    Files.write(folder.queueFiles(2).getFirst(), new byte[0]);
                }),
                attack("the newest segment is removed", Kind.CUT, 2 * SEGMENT, folder -> {
                    Folders.delete(folder.segment(3));
                }),
                attack("all segments are removed", Kind.CUT, 0, folder -> {
                    for (int segment = 1; segment <= 3; segment++) {
                        Folders.delete(folder.segment(segment));
                    }
                }),
                attack("segments change places", Kind.MISSING, SEGMENT, folder -> {
                    Files.move(folder.segment(2), folder.segment(9));
                }),
                attack("a segment is added", Kind.MISPLACED, SIZE, folder -> {
                    Folders.copy(folder.segment(1), folder.segment(4));
                }),
                attack("a queue file is added", Kind.DAMAGED, SEGMENT, folder -> {
                    Files.copy(
                            folder.queueFiles(1).getFirst(), folder.segment(2).resolve("0.cq4"));
                }),
                attack("the folder is replaced by an older copy", Kind.CUT, 2 * SEGMENT, folder -> {
                    Folders.delete(folder.dir());
                    Folders.copy(log.older, folder.dir());
                }),
                attack("the folder is replaced by another history", Kind.CHANGED_AMONG, 0, folder -> {
                    Folders.delete(folder.dir());
                    Folders.copy(log.fork, folder.dir());
                }),
                attack("a segment of another history is mixed in", Kind.CHANGED, 2 * SEGMENT, folder -> {
                    Folders.delete(folder.segment(3));
                    Folders.copy(log.fork.resolve("segment-0000000003"), folder.segment(3));
                }),
                attack(
                        "records and leaves of another history are mixed in",
                        Kind.CHANGED_AMONG,
                        2 * SEGMENT,
                        folder -> {
                            Folders.delete(folder.segment(3));
                            Folders.copy(log.fork.resolve("segment-0000000003"), folder.segment(3));
                            Files.copy(
                                    log.fork.resolve("leaves"), folder.leaves(), StandardCopyOption.REPLACE_EXISTING);
                        }),
                attack("an older copy's segments are put back", Kind.CUT, 2 * SEGMENT, folder -> {
                    for (int segment = 1; segment <= 3; segment++) {
                        Folders.delete(folder.segment(segment));
                    }
                    for (int segment = 1; segment <= 2; segment++) {
                        Folders.copy(new AuditFolder(log.older).segment(segment), folder.segment(segment));
                    }
                }));
    }

    static Stream<Arguments> attacksOnNotes() {
        return Stream.of(
                attack("the checkpoint is removed", Kind.CHECKPOINT, -1, folder -> Files.delete(folder.checkpoint())),
                attack("the checkpoint is emptied", Kind.CHECKPOINT, -1, folder -> {
                    Files.write(folder.checkpoint(), new byte[0]);
                }),
                attack("the checkpoint's size is changed", Kind.CHECKPOINT, -1, folder -> {
                    String text = Files.readString(folder.checkpoint());
                    Files.writeString(
                            folder.checkpoint(), text.replaceFirst("\n" + SIZE + "\n", "\n" + (SIZE - 1) + "\n"));
                }),
                attack("the checkpoint's root is changed", Kind.CHECKPOINT, -1, folder -> {
                    AttackedLog.flip(folder.checkpoint(), log.settings.origin().length() + 10);
                }),
                attack("a kept checkpoint is changed", Kind.CHECKPOINT, -1, folder -> {
                    AttackedLog.flip(folder.checkpoints(), log.settings.origin().length() + 10);
                }),
                attack("the checkpoints are another key's", Kind.CHECKPOINT, -1, folder -> {
                    AuditSettings other = Samples.settings(folder.dir().resolveSibling("other"));
                    AuditStore.open(other).close();
                    Files.copy(
                            new AuditFolder(other.dir()).checkpoint(),
                            folder.checkpoint(),
                            StandardCopyOption.REPLACE_EXISTING);
                }),
                attack("kept checkpoints are made up", Kind.CHECKPOINT, -1, folder -> {
                    Files.writeString(folder.checkpoints(), "a\nb\n\nc\n\n", StandardOpenOption.APPEND);
                }),
                attack("a checkpoint of another history is kept", Kind.CHANGED_AMONG, 0, folder -> {
                    String fork = Files.readString(log.fork.resolve("checkpoints"));
                    Files.writeString(folder.checkpoints(), fork, StandardOpenOption.APPEND);
                }),
                attack("a rotation of the key is forged", Kind.CHECKPOINT, -1, folder -> {
                    SigningKey forger = SigningKey.generate();
                    String vouched = KeyRing.of(log.key().publicKey()).handOver(forger, log.settings.origin(), SIZE);
                    Files.writeString(folder.retiredKeys(), vouched + "\n");
                    Files.writeString(
                            folder.checkpoint(),
                            forger.sign(new Checkpoint(log.settings.origin(), SIZE + 5, new byte[32])));
                }),
                attack("an old note of a cut is put back", Kind.MISSING, SEGMENT, folder -> {
                    Folders.delete(folder.segment(1));
                    Folders.delete(folder.segment(2));
                    Files.writeString(folder.cut(), log.cut(SEGMENT, log.key()));
                }),
                attack("more than the cut is removed", Kind.MISSING, 2 * SEGMENT, folder -> {
                    Folders.delete(folder.segment(1));
                    Folders.delete(folder.segment(2));
                    log.takeOut(folder, 2 * SEGMENT);
                    Files.writeString(folder.cut(), log.cut(2 * SEGMENT, log.key()));
                }),
                attack("the note of the cut is removed", Kind.MISSING, 0, folder -> Folders.delete(folder.segment(1))),
                attack("the note of the cut is somebody else's", Kind.MISSING, 0, folder -> {
                    Folders.delete(folder.segment(1));
                    Files.writeString(folder.cut(), log.cut(SEGMENT, SigningKey.generate()));
                }),
                attack("the edge of the cut is changed", Kind.MISSING, 0, folder -> {
                    Folders.delete(folder.segment(1));
                    String cut = log.cut(SEGMENT, log.key());
                    Files.writeString(folder.cut(), cut);
                    AttackedLog.flip(folder.cut(), cut.length() - 20);
                }),
                attack("a record behind the cut is changed", Kind.CHANGED, SEGMENT + 4, folder -> {
                    Folders.delete(folder.segment(1));
                    Files.writeString(folder.cut(), log.cut(SEGMENT, log.key()));
                    log.pokeField(folder, SEGMENT + 4, "resource");
                }));
    }

    static Arguments attack(String name, Kind kind, long seq, Attack attack) {
        return Arguments.of(name, kind, seq, attack);
    }

    private static void hint(AuditFolder folder, int seq, int segment, long offset) throws IOException {
        byte[] place =
                ByteBuffer.allocate(8).putLong(Location.of(segment, offset)).array();
        AttackedLog.write(folder.blocks(), seq / AuditFolder.BLOCK * 8L, place);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"attacksOnRecords", "attacksOnFiles", "attacksOnNotes"})
    void namesTheFirstBadRecord(String name, Kind kind, long seq, Attack attack) throws Exception {
        attack.on(copy);
        Broken broken = assertInstanceOf(Broken.class, log.verify(copy.dir()), name);
        assertEquals(kind, broken.first().kind(), broken.toString());
        assertEquals(seq, broken.first().seq(), broken.toString());
        assertTrue(broken.findings().contains(broken.first()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "timestamp",
                "phase",
                "actor",
                "action",
                "resource",
                "outcome",
                "ip",
                "session_id",
                "request_id",
                "method",
                "duration_us"
            })
    void namesTheRecordWhateverFieldOfItIsChanged(String field) throws Exception {
        log.pokeField(copy, 350, field);
        Broken broken = assertInstanceOf(Broken.class, log.verify(copy.dir()));
        assertEquals(Kind.CHANGED, broken.first().kind(), broken.toString());
        assertEquals(350, broken.first().seq(), broken.toString());
        assertEquals(1, broken.findings().size(), broken.toString());
    }

    @Test
    void namesTheRecordOfEveryByteThatIsFlipped() throws Exception {
        for (int i = 0; i < SIZE; i += 53) {
            int length = log.get(copy, i).length;
            for (int at = 4 + i % 5; at < length; at += 41) {
                log.poke(copy, i, at, 1 << at % 8);
                Broken broken = assertInstanceOf(Broken.class, log.verify(copy.dir()), "record " + i + " byte " + at);
                assertEquals(i, broken.first().seq(), "byte " + at + ": " + broken);
                log.poke(copy, i, at, 1 << at % 8);
            }
        }
        assertInstanceOf(Whole.class, log.verify(copy.dir()));
    }
}
