package dev.pavise.proxy.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.tool.ToolKind;
import dev.pavise.proxy.config.ToolsConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContentStoreTest {
    private static final ToolsConfig.Content LIMITS = new ToolsConfig.Content(new ByteSize(1000), new ByteSize(2500));

    @TempDir
    Path dataDir;

    private final Set<String> named = new HashSet<>();
    private ContentStore store;

    @BeforeEach
    void open() throws IOException {
        store = ContentStore.open(dataDir, named::contains);
    }

    private static byte[] content(int size, int seed) {
        byte[] bytes = new byte[size];
        java.util.Arrays.fill(bytes, (byte) seed);
        return bytes;
    }

    private ContentStore.Put put(byte[] content) throws IOException {
        return store.put(Signed.digest(content), new ByteArrayInputStream(content), LIMITS);
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(dataDir.resolve("tools/content"))) {
            return files.count();
        }
    }

    @Test
    void keepsByDigestAndMeasuresAnew() throws Exception {
        String digest = Signed.digest(Signed.PROGRAM);
        assertTrue(assertInstanceOf(ContentStore.Put.Stored.class, put(Signed.PROGRAM))
                .fresh());
        assertEquals(
                false,
                assertInstanceOf(ContentStore.Put.Stored.class, put(Signed.PROGRAM))
                        .fresh());
        assertEquals(
                Optional.of(ToolKind.NATIVE),
                store.measure(digest).orElseThrow().kind());
        assertEquals(Signed.PROGRAM.length, store.used());
        Files.writeString(store.find(digest).orElseThrow(), "other");
        assertEquals(5, store.measure(digest).orElseThrow().size());
        put(Signed.PROGRAM);
        assertEquals(digest, store.measure(digest).orElseThrow().sha256());
    }

    @Test
    void keepsNothingUnderAForeignDigest() throws Exception {
        ContentStore.Put put = store.put("0".repeat(64), new ByteArrayInputStream(Signed.PROGRAM), LIMITS);
        assertEquals(
                Signed.digest(Signed.PROGRAM),
                assertInstanceOf(ContentStore.Put.Mismatch.class, put).found());
        assertEquals(0, files());
        assertEquals(0, store.used());
    }

    @Test
    void bounds() throws Exception {
        assertInstanceOf(ContentStore.Put.TooLarge.class, put(content(1001, 1)));
        for (int i = 1; i <= 2; i++) {
            named.add(Signed.digest(content(1000, i)));
            assertInstanceOf(ContentStore.Put.Stored.class, put(content(1000, i)));
        }
        assertInstanceOf(ContentStore.Put.Full.class, put(content(1000, 3)));
        assertEquals(2, files());
        assertEquals(2000, store.used());
    }

    @Test
    void removesWhatNoManifestNamesTheOldestFirst() throws Exception {
        for (int i = 1; i <= 2; i++) {
            put(content(1000, i));
            Path file = store.find(Signed.digest(content(1000, i))).orElseThrow();
            Files.setLastModifiedTime(file, FileTime.fromMillis(i * 1000L));
        }
        put(content(1000, 3));
        assertTrue(store.find(Signed.digest(content(1000, 1))).isEmpty());
        assertTrue(store.holds(Signed.digest(content(1000, 2))));
        named.add(Signed.digest(content(1000, 2)));
        put(content(1000, 4));
        assertTrue(store.holds(Signed.digest(content(1000, 2))));
        assertTrue(store.find(Signed.digest(content(1000, 3))).isEmpty());
        assertEquals(2000, store.used());
    }

    @Test
    void leavesNothingOfWhatBreaksOff() throws Exception {
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(content(500, 1)), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client left");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                throw new IOException("the client left");
            }
        });
        assertThrows(IOException.class, () -> store.put("0".repeat(64), broken, LIMITS));
        assertEquals(0, files());
        assertEquals(0, store.used());
    }

    @Test
    void forgetsWhatWasHalfWrittenWhenTheProcessDied() throws Exception {
        put(Signed.PROGRAM);
        Files.write(dataDir.resolve("tools/content/.incoming-123"), content(100, 1));
        ContentStore again = ContentStore.open(dataDir, named::contains);
        assertEquals(1, files());
        assertEquals(Signed.PROGRAM.length, again.used());
    }

    @Test
    void findsNothingByWhatIsNoDigest() {
        for (String name :
                new String[] {"", "..", "../registry.jsonl", "A".repeat(64), "0".repeat(63), ".incoming-1"}) {
            assertEquals(Optional.empty(), store.find(name));
            assertEquals(Optional.empty(), store.measure(name));
        }
    }

    @Test
    void followsNoLink() throws Exception {
        String digest = Signed.digest(Signed.PROGRAM);
        Path elsewhere = Files.write(dataDir.resolve("elsewhere"), Signed.PROGRAM);
        Files.createSymbolicLink(dataDir.resolve("tools/content").resolve(digest), elsewhere);
        assertEquals(Optional.empty(), store.find(digest));
        assertEquals(Optional.empty(), store.measure(digest));
    }
}
