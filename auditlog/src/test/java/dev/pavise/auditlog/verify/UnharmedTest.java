package dev.pavise.auditlog.verify;

import static dev.pavise.auditlog.verify.AttackedLog.PAYLOAD;
import static dev.pavise.auditlog.verify.AttackedLog.SEGMENT;
import static dev.pavise.auditlog.verify.AttackedLog.SIZE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Location;
import dev.pavise.auditlog.verify.Finding.Kind;
import dev.pavise.auditlog.verify.Verification.Whole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is whole, or only a hint that nothing is concluded from, is called whole, and left as it is. */
final class UnharmedTest {
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

    private static void hint(AuditFolder folder, int seq, int segment, long offset) throws IOException {
        byte[] place =
                ByteBuffer.allocate(8).putLong(Location.of(segment, offset)).array();
        AttackedLog.write(folder.blocks(), seq / AuditFolder.BLOCK * 8L, place);
    }

    /** What nothing is concluded from may be anything. */
    static Stream<Arguments> harmless() {
        return Stream.of(
                AttackTest.attack(
                        "leaf hashes are changed",
                        Kind.CHANGED,
                        0,
                        folder -> AttackedLog.flip(folder.leaves(), 32 * 77)),
                AttackTest.attack("leaf hashes are removed", Kind.CHANGED, 0, folder -> Files.delete(folder.leaves())),
                AttackTest.attack(
                        "places of blocks are removed", Kind.CHANGED, 0, folder -> Files.delete(folder.blocks())),
                AttackTest.attack("a place of a block leads behind it", Kind.CHANGED, 0, folder -> {
                    hint(folder, JOIN, 2, log.places.get(JOIN + 1).offset());
                }),
                AttackTest.attack(
                        "a place of a block leads nowhere", Kind.CHANGED, 0, folder -> hint(folder, JOIN, 77, 1 << 30)),
                AttackTest.attack("places of blocks are exchanged", Kind.CHANGED, 0, folder -> {
                    hint(folder, 256, 2, log.places.get(JOIN).offset());
                    hint(folder, JOIN, 1, log.places.get(256).offset());
                }),
                AttackTest.attack("the folder's public key is another", Kind.CHANGED, 0, folder -> {
                    Files.writeString(folder.publicKey(), SigningKey.generate().publicPem());
                }),
                AttackTest.attack("retired keys are made up", Kind.CHANGED, 0, folder -> {
                    Files.writeString(folder.retiredKeys(), "nonsense\n\n\n\n");
                }),
                AttackTest.attack("an index is made up", Kind.CHANGED, 0, folder -> {
                    Files.createDirectories(folder.dir().resolve("index"));
                    Files.write(folder.dir().resolve("index/0000000001"), new byte[4096]);
                }),
                AttackTest.attack(
                        "kept checkpoints are removed", Kind.CHANGED, 0, folder -> Files.delete(folder.checkpoints())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harmless")
    void isNotMisledByWhatIsOnlyAHint(String name, Kind ignored, long alsoIgnored, AttackTest.Attack attack)
            throws Exception {
        attack.on(copy);
        Whole whole = assertInstanceOf(Whole.class, log.verify(copy.dir()), name);
        assertEquals(SIZE, whole.counts().records());
    }

    @Test
    void findsAnUntouchedCopyWholeAndLeavesItAsItIs() throws Exception {
        String before = digest(copy.dir());
        Whole whole = assertInstanceOf(Whole.class, log.verify(copy.dir()));
        assertEquals(SIZE, whole.counts().records());
        assertEquals(SIZE, whole.counts().signed());
        assertEquals(3 * PAYLOAD, whole.counts().open());
        assertEquals(0, whole.counts().unsigned());
        assertTrue(whole.counts().checkpoints() >= 3, whole.toString());
        assertEquals(before, digest(copy.dir()));
    }

    @Test
    void findsWhatRetentionLeftWhole() throws Exception {
        Files.writeString(copy.cut(), log.cut(SEGMENT, log.key()));
        Whole before = assertInstanceOf(Whole.class, log.verify(copy.dir()));
        assertEquals(SEGMENT, before.counts().leftover());
        Folders.delete(copy.segment(1));
        Whole after = assertInstanceOf(Whole.class, log.verify(copy.dir()));
        assertEquals(SEGMENT, after.counts().from());
        assertEquals(0, after.counts().leftover());
        assertEquals(SIZE - SEGMENT, after.counts().records());
    }

    private static String digest(Path dir) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (Stream<Path> files = Files.walk(dir)) {
            List<Path> all = files.filter(Files::isRegularFile).sorted().toList();
            for (Path file : all) {
                digest.update(file.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
