package dev.pavise.runner.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private final AtomicLong seconds = new AtomicLong(1_700_000_000);

    private ContentStore open(long each, long total, int count) throws IOException {
        return ContentStore.open(
                folder.resolve("content"),
                new ContentLimits(each, total, count),
                () -> Instant.ofEpochSecond(seconds.incrementAndGet()));
    }

    static Digest digest(byte[] content) {
        try {
            return new Digest(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PutResult put(ContentStore store, Digest digest, byte[] content) {
        return switch (store.put(digest, -1)) {
            case Put.Done(PutResult result) -> result;
            case Put.Coming(Incoming incoming) -> {
                incoming.write(ByteBuffer.wrap(content));
                yield incoming.finish();
            }
        };
    }

    private static PutResult put(ContentStore store, byte[] content) {
        return put(store, digest(content), content);
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private List<Path> drafts() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("content/incoming"))) {
            return files.toList();
        }
    }

    @Test
    void keepsContentUnderItsDigest() throws IOException {
        try (ContentStore store = open(10, 100, 10)) {
            assertFalse(store.has(digest(HELLO)));
            assertEquals(PutResult.STORED, put(store, HELLO));
            assertEquals(PutResult.PRESENT, put(store, HELLO));
            try (Content content = store.use(digest(HELLO)).orElseThrow()) {
                assertArrayEquals(HELLO, Files.readAllBytes(content.path()));
                assertEquals(digest(HELLO).hex(), content.measure().sha256());
            }
            assertEquals(5, store.bytes());
        }
    }

    @Test
    void keepsNothingOfWhatHasAnotherDigest() throws IOException {
        try (ContentStore store = open(10, 10, 1)) {
            assertEquals(PutResult.MISMATCH, put(store, digest(HELLO), "hallo".getBytes(StandardCharsets.UTF_8)));
            assertFalse(store.has(digest(HELLO)));
            assertEquals(List.of(), drafts());
            assertEquals(PutResult.STORED, put(store, HELLO), "its room is free again");
        }
    }

    @Test
    void refusesWhatIsTooLargeWhetherAnnouncedOrNot() throws IOException {
        try (ContentStore store = open(4, 100, 10)) {
            assertEquals(new Put.Done(PutResult.TOO_LARGE), store.put(digest(HELLO), 5));
            assertEquals(PutResult.TOO_LARGE, put(store, HELLO));
            assertEquals(List.of(), drafts());
        }
    }

    @Test
    void clearsAwayWhatIsLongestUnusedFirst() throws IOException {
        try (ContentStore store = open(10, 20, 10)) {
            put(store, bytes(1, 10));
            put(store, bytes(2, 10));
            store.use(digest(bytes(1, 10))).orElseThrow().close();
            assertEquals(PutResult.STORED, put(store, bytes(3, 10)));
            assertTrue(store.has(digest(bytes(1, 10))));
            assertFalse(store.has(digest(bytes(2, 10))));
            assertEquals(20, store.bytes());
        }
    }

    @Test
    void neverClearsAwayWhatIsInUse() throws IOException {
        try (ContentStore store = open(10, 20, 10)) {
            put(store, bytes(1, 10));
            put(store, bytes(2, 10));
            Content one = store.use(digest(bytes(1, 10))).orElseThrow();
            Content two = store.use(digest(bytes(2, 10))).orElseThrow();
            assertEquals(PutResult.FULL, put(store, bytes(3, 1)));
            assertEquals(List.of(), drafts());
            two.close();
            two.close();
            assertEquals(PutResult.STORED, put(store, bytes(3, 1)));
            assertTrue(Files.exists(one.path()));
            one.close();
        }
    }

    @Test
    void boundsTheirNumberWithThoseUnderWay() throws IOException {
        try (ContentStore store = open(10, 100, 2)) {
            Incoming first = assertInstanceOf(Put.Coming.class, store.put(digest(HELLO), -1))
                    .incoming();
            Incoming second = assertInstanceOf(Put.Coming.class, store.put(digest(HELLO), -1))
                    .incoming();
            assertEquals(new Put.Done(PutResult.FULL), store.put(digest(HELLO), -1));
            first.write(ByteBuffer.wrap(HELLO));
            assertEquals(PutResult.STORED, first.finish());
            second.write(ByteBuffer.wrap(HELLO));
            assertEquals(PutResult.PRESENT, second.finish(), "the slower of two keeps nothing");
            assertEquals(1, store.count());
            assertEquals(5, store.bytes());
        }
    }

    @Test
    void isAsItWasAfterRestart() throws IOException {
        try (ContentStore store = open(10, 100, 10)) {
            put(store, bytes(1, 10));
            put(store, bytes(2, 10));
            store.use(digest(bytes(1, 10))).orElseThrow().close();
            assertInstanceOf(Put.Coming.class, store.put(digest(HELLO), -1))
                    .incoming()
                    .write(ByteBuffer.wrap(HELLO));
            assertEquals(1, drafts().size());
        }
        try (ContentStore store = open(10, 10, 10)) { // less room: what was used last stays
            assertEquals(List.of(), drafts(), "what was half written is gone");
            assertTrue(store.has(digest(bytes(1, 10))));
            assertFalse(store.has(digest(bytes(2, 10))));
            assertFalse(store.has(digest(HELLO)));
        }
    }

    @Test
    void isForThisUserAndThisProcessAlone() throws IOException {
        try (ContentStore store = open(10, 100, 10)) {
            put(store, HELLO);
            Path content = folder.resolve("content");
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(content)));
            Path file = content.resolve("sha256").resolve(digest(HELLO).hex());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            IOException refused = assertThrows(IOException.class, () -> open(10, 100, 10));
            assertTrue(String.valueOf(refused.getMessage()).contains("in use by another runner"));
        }
        Files.setPosixFilePermissions(folder.resolve("content"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertTrue(assertThrows(IOException.class, () -> open(10, 100, 10))
                .getMessage()
                .contains("is open to other users"));
    }

    @Test
    void followsNoLink() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("content"), elsewhere);
        assertThrows(IOException.class, () -> open(10, 100, 10));
        Files.delete(folder.resolve("content"));
        try (ContentStore store = open(10, 100, 10)) {
            put(store, HELLO);
            Path kept = folder.resolve("content/sha256").resolve(digest(HELLO).hex());
            Files.delete(kept);
            Files.createSymbolicLink(kept, Files.write(elsewhere.resolve("other"), HELLO));
            assertTrue(store.use(digest(HELLO)).isEmpty());
        }
    }

    @Test
    void letsSpoiltContentGo() throws IOException {
        try (ContentStore store = open(10, 100, 10)) {
            put(store, HELLO);
            Content content = store.use(digest(HELLO)).orElseThrow();
            Content same = store.use(digest(HELLO)).orElseThrow();
            Files.write(content.path(), "hallo".getBytes(StandardCharsets.UTF_8));
            assertFalse(content.measure().sha256().equals(digest(HELLO).hex()));
            content.spoilt();
            assertFalse(store.has(digest(HELLO)));
            assertEquals(PutResult.STORED, put(store, HELLO));
            same.spoilt();
            assertTrue(store.has(digest(HELLO)), "what was sent anew is not what was spoilt");
            assertEquals(5, store.bytes());
        }
    }

    @Test
    void forgetsWhatSomebodyRemoved() throws IOException {
        try (ContentStore store = open(10, 100, 10)) {
            put(store, HELLO);
            Files.delete(folder.resolve("content/sha256").resolve(digest(HELLO).hex()));
            assertFalse(store.has(digest(HELLO)));
            assertEquals(0, store.bytes());
            assertEquals(PutResult.STORED, put(store, HELLO));
        }
    }

    /** Writes contents until it is killed, and says each digest that it was told is stored. */
    static final class Writer {
        public static void main(String[] arguments) throws IOException {
            ContentStore store = ContentStore.open(
                    Path.of(arguments[0]), new ContentLimits(1 << 20, 1L << 30, 100_000), Instant::now);
            for (int seed = 0; ; seed++) {
                byte[] content = bytes(seed, 100_000);
                put(store, content);
                System.out.println(digest(content).hex());
            }
        }
    }

    @Test
    void holdsOnlyWholeContentAfterKill() throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.resolve("content").toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String last = "";
        try (BufferedReader told = writer.inputReader()) {
            for (int i = 0; i < 5; i++) {
                last = told.readLine();
            }
            writer.destroyForcibly();
        }
        writer.waitFor();
        try (ContentStore store = open(1 << 20, 1L << 30, 100_000)) {
            assertTrue(store.has(new Digest(last)));
            try (Stream<Path> files = Files.list(folder.resolve("content/sha256"))) {
                for (Path file : files.toList()) {
                    assertEquals(
                            file.getFileName().toString(),
                            digest(Files.readAllBytes(file)).hex());
                }
            }
            assertEquals(List.of(), drafts());
        }
    }
}
