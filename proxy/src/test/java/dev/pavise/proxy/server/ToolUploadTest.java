package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The content of tools on its way in: larger than what is collected, bounded, and never half there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ToolUploadTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    static Path folder;

    private ToolShop shop;

    @BeforeAll
    void open() throws Exception {
        shop = new ToolShop(folder);
    }

    @AfterAll
    void close() {
        shop.close();
    }

    private static byte[] content(int size, long seed) {
        byte[] bytes = new byte[size];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static String path(byte[] content) throws Exception {
        return "/v1/tools/content/" + ScriptedRunner.sha256(content);
    }

    private Path kept(byte[] content) throws Exception {
        return folder.resolve("data/tools/content").resolve(ScriptedRunner.sha256(content));
    }

    private long incoming() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("data/tools/content"))) {
            return files.filter(each -> each.getFileName().toString().startsWith("."))
                    .count();
        }
    }

    @Test
    void takesLargeContentOverHttp2() throws Exception {
        byte[] content = content(MEBIBYTE, 1);
        ToolShop.Reply reply = shop.put(content);
        assertEquals(201, reply.status(), reply.text());
        assertEquals(MEBIBYTE, reply.json().path("size").asInt(0));
        assertEquals(200, shop.put(content).status());
        assertEquals(MEBIBYTE, Files.size(kept(content)));
    }

    @Test
    void takesLargeContentOverHttp1AndGoesOnWithTheConnection() throws Exception {
        byte[] content = content(MEBIBYTE - 1, 2);
        try (Wire wire = Wire.to(shop.gateway)) {
            wire.request("PUT", path(content), "Content-Length: " + content.length + "\r\n");
            wire.send(content, content.length);
            Wire.Message answer = wire.answer();
            assertEquals(201, answer.status(), answer.text());
            assertEquals(
                    200, wire.request("GET", "/v1/tools/manifests").answer().status());
        }
    }

    @Test
    void takesContentInChunks() throws Exception {
        byte[] content = content(100_000, 3);
        try (Wire wire = Wire.to(shop.gateway)) {
            wire.request("PUT", path(content), "Transfer-Encoding: chunked\r\n");
            wire.send(Integer.toHexString(content.length) + "\r\n").send(content, content.length);
            wire.send("\r\n0\r\n\r\n");
            assertEquals(201, wire.answer().status());
        }
    }

    @Test
    void refusesWhatIsTooLarge() throws Exception {
        byte[] content = content(MEBIBYTE + 1, 4);
        ToolShop.Reply reply = shop.put(content);
        assertEquals(413, reply.status(), reply.text());
        assertEquals("body_too_large", reply.code());
        Eventually.holds("nothing stays of it", () -> incoming() == 0);
    }

    @Test
    void refusesAForeignDigest() throws Exception {
        byte[] content = content(1000, 5);
        ToolShop.Reply reply = shop.ask("PUT", path(content(1000, 6)), content);
        assertEquals(409, reply.status(), reply.text());
        assertEquals("content_mismatch", reply.code());
        assertEquals(0, incoming());
    }

    @Test
    void refusesWhatIsNoDigest() throws Exception {
        for (String name : new String[] {"x", "A".repeat(64), "%2e%2e%2fregistry.jsonl", "0".repeat(65)}) {
            ToolShop.Reply reply = shop.ask("PUT", "/v1/tools/content/" + name, content(10, 7));
            assertEquals(400, reply.status(), reply.text());
        }
        assertEquals(405, shop.ask("GET", path(new byte[0]), new byte[0]).status());
    }

    @Test
    void keepsNothingOfAClientThatLeaves() throws Exception {
        byte[] content = content(500_000, 8);
        try (Wire wire = Wire.to(shop.gateway)) {
            wire.request("PUT", path(content), "Content-Length: " + content.length + "\r\n");
            wire.send(content, 300_000);
            Eventually.holds("it comes in", () -> incoming() == 1);
            wire.reset();
        }
        Eventually.holds("nothing stays of it", () -> incoming() == 0);
        assertTrue(!Files.exists(kept(content)));
    }
}
