package dev.pavise.auditlog.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the files of a log is found, or has changed no record that was signed; and nothing ends in an exception. */
class DamageFuzzTest {
    private static final int ROUNDS = 2000;
    /** In each of three segments. */
    private static final int RECORDS = 90;

    @TempDir
    Path root;

    @Test
    void findsEveryChangeThatIsNotHarmless() throws Exception {
        AttackedLog log = AttackedLog.make(root, RECORDS);
        Path dir = log.settings.dir();
        String before = lines(dir);
        List<Path> files;
        try (Stream<Path> all = Files.walk(dir)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(4711);
        int found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path file = files.get(random.nextInt(files.size()));
            Damage damage = Damage.to(file, random);
            Verification result = AuditVerifier.verify(
                    log.request(dir), VerifyProgress.NONE, round % 2 == 0 ? AttackedLog.STRETCH : 0);
            if (result instanceof Verification.Whole) {
                assertEquals(before, lines(dir), "round " + round + ": " + damage);
            } else {
                found++;
            }
            damage.mend();
        }
        assertTrue(found > ROUNDS / 10, "only " + found + " of " + ROUNDS + " were found");
        assertInstanceOf(Verification.Whole.class, log.verify(dir));
    }

    /** What a reader of the log gets to see. */
    private static String lines(Path dir) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (LogCursor cursor = new LogCursor(new AuditFolder(dir))) {
            for (Step step = cursor.next(); step == Step.RECORD; step = cursor.next()) {
                digest.update(cursor.line());
                digest.update((byte) '\n');
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Something done to a file, which can be undone. */
    private record Damage(Path file, long size, long at, byte[] was, String what) {
        private static final int REACH = 200_000;

        static Damage to(Path file, RandomGenerator random) throws IOException {
            long size = Files.size(file);
            int kind = random.nextInt(8);
            long at = size == 0 ? 0 : random.nextLong(Math.min(size, random.nextBoolean() ? 2000 : REACH));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                int length = kind == 0 ? (int) Math.min(size - at, REACH) : 1 + random.nextInt(kind == 1 ? 64 : 1);
                ByteBuffer was = ByteBuffer.allocate(length);
                while (was.hasRemaining() && channel.read(was, at + was.position()) > 0) {}
                byte[] old = java.util.Arrays.copyOf(was.array(), was.position());
                if (kind == 0 && size - at <= REACH) {
                    channel.truncate(at);
                    return new Damage(file, size, at, old, "cut");
                }
                byte[] junk = new byte[Math.max(1, kind == 0 ? 1 : length)];
                random.nextBytes(junk);
                if (kind > 1) {
                    junk[0] = (byte) ((old.length > 0 ? old[0] : 0) ^ (1 << random.nextInt(8)));
                }
                channel.write(ByteBuffer.wrap(junk), at);
                return new Damage(
                        file,
                        size,
                        at,
                        old,
                        "overwritten with " + HexFormat.of().formatHex(junk));
            }
        }

        void mend() throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(was), at);
                channel.truncate(size);
            }
        }

        @Override
        public String toString() {
            return what + " at byte " + at + " of " + file;
        }
    }
}
