package dev.pavise.runner.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentTest {
    private static final String HELLO = "hello";
    private static final String DIGEST = TestRunner.sha256(HELLO);

    @TempDir
    private Path folder;

    private TestRunner runner;

    @BeforeEach
    void start() {
        runner = TestRunner.start(folder, "content_bytes: 1MiB, content_total: 2MiB, body_timeout: 500ms");
    }

    @AfterEach
    void stop() {
        runner.close();
    }

    private HttpResponse<String> head(String digest) {
        return runner.send(runner.request("/v1/content/" + digest).HEAD());
    }

    @Test
    void keepsWhatHasItsDigest() {
        assertEquals(404, head(DIGEST).statusCode());
        assertEquals(201, runner.put(DIGEST, BodyPublishers.ofString(HELLO)).statusCode());
        assertEquals(200, head(DIGEST).statusCode());
        HttpResponse<String> again = runner.put(DIGEST, BodyPublishers.ofString(HELLO));
        assertEquals(200, again.statusCode());
        assertEquals("present", TestRunner.json(again.body()).get("status"));
    }

    @Test
    void keepsNothingElse() throws Exception {
        HttpResponse<String> refused = runner.put(DIGEST, BodyPublishers.ofString("hallo"));
        assertEquals(409, refused.statusCode());
        assertEquals("content_mismatch", TestRunner.code(refused));
        assertEquals(
                "application/problem+json",
                refused.headers().firstValue("content-type").orElseThrow());
        assertEquals(404, head(DIGEST).statusCode());
        assertEquals(0, files("incoming") + files("sha256"));
    }

    private long files(String place) throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("data/content").resolve(place))) {
            return files.count();
        }
    }

    @Test
    void takesLargeContentInPieces() {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (large[i] & 0x7f);
        }
        String digest = TestRunner.sha256(new String(large, java.nio.charset.StandardCharsets.US_ASCII));
        assertEquals(201, runner.put(digest, BodyPublishers.ofByteArray(large)).statusCode());
    }

    @Test
    void refusesWhatIsTooLarge() throws Exception {
        byte[] large = new byte[(1 << 20) + 1];
        HttpResponse<String> announced = runner.put(DIGEST, BodyPublishers.ofByteArray(large));
        assertEquals(413, announced.statusCode());
        assertEquals("content_too_large", TestRunner.code(announced));
        HttpResponse<String> streamed =
                runner.put(DIGEST, BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large)));
        assertEquals(413, streamed.statusCode());
        TestRunner.await("drafts are gone", () -> {
            try {
                return files("incoming") == 0;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void refusesOtherSpellingsOfDigests() {
        for (String path :
                new String[] {DIGEST.toUpperCase(java.util.Locale.ROOT), DIGEST + "0", "..%2f" + DIGEST, ""}) {
            HttpResponse<String> refused = runner.put(path, BodyPublishers.ofString(HELLO));
            assertEquals(400, refused.statusCode());
            assertEquals("request_malformed", TestRunner.code(refused));
        }
    }

    @Test
    void tellsThoseWhoAskFirstToGoOn() {
        HttpRequest.Builder asking =
                runner.request("/v1/content/" + DIGEST).expectContinue(true).PUT(BodyPublishers.ofString(HELLO));
        assertEquals(201, runner.send(asking).statusCode());
        assertEquals(200, runner.send(asking).statusCode());
    }

    @Test
    void takesEmptyContent() {
        assertEquals(
                201, runner.put(TestRunner.sha256(""), BodyPublishers.noBody()).statusCode());
    }

    @Test
    void givesUpOnBodiesThatDoNotCome() {
        HttpResponse<String> late = runner.put(
                DIGEST,
                BodyPublishers.fromPublisher(
                        subscriber -> subscriber.onSubscribe(new java.util.concurrent.Flow.Subscription() {
                            @Override
                            public void request(long n) {}

                            @Override
                            public void cancel() {}
                        })));
        assertEquals(408, late.statusCode());
        assertEquals("request_timeout", TestRunner.code(late));
        assertTrue(runner.get("/health").statusCode() == 200);
    }
}
