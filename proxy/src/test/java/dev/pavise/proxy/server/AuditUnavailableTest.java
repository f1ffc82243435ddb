package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When nothing can be written down nothing is allowed (promise P4). The low-water mark is set to just below what is free, so that a
 * file of some size takes the room away, and gives it back when it goes.
 */
final class AuditUnavailableTest {
    private static final long MIB = 1L << 20;

    @TempDir
    Path folder;

    private final CountDownLatch answer = new CountDownLatch(1);
    private RawOrigin origin;
    private TestGateway gateway;

    private void start(String durability) throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            if (request.target().equals("/agents/held")) {
                answer.await(60, TimeUnit.SECONDS);
            }
            RawOrigin.echo(request, wire);
        });
        long free = Files.getFileStore(folder).getUsableSpace() / MIB;
        Assumptions.assumeTrue(free > 8192, "there is room to fill and to leave");
        long mark = free - 2048;
        gateway = TestGateway.start(
                folder,
                Yaml.oneRoute(origin.port(), "audit: {durability: " + durability + ", low_water: " + mark + "MiB}\n"));
    }

    @AfterEach
    void stop() {
        answer.countDown();
        if (gateway != null) {
            gateway.close();
        }
        origin.close();
    }

    /** Takes more than the room above the mark, without writing it. */
    private void fill() throws Exception {
        Process filling = new ProcessBuilder(
                        "fallocate", "-l", "3072MiB", folder.resolve("filler").toString())
                .start();
        assertEquals(0, filling.waitFor());
        awaitReadiness("audit_unavailable\n");
    }

    private void awaitReadiness(String word) throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            Eventually.holds(
                    "readiness says " + word,
                    () -> wire.anonymous("GET", "/health/ready").answer().text().equals(word));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void refusesEverythingAndRecovers(String durability) throws Exception {
        start(durability);
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            fill();
            Wire.Message refused = wire.request("GET", "/agents/2").answer();
            assertEquals(503, refused.status());
            assertTrue(refused.text().contains("\"code\":\"audit_unavailable\""), refused.text());
            assertEquals("1", refused.field("retry-after"));
            Http2End posting =
                    client.open(Http2Client.head("POST", "/agents/3"), false).send("hello", true);
            assertEquals(503, posting.message().status());
            assertEquals(503, wire.request("GET", "/metrics").answer().status(), "our own answers too");
            assertEquals(503, wire.anonymous("GET", "/agents/4").answer().status(), "refusals too");
            assertEquals(503, wire.anonymous("GET", "/health").answer().status());
            assertEquals(200, wire.anonymous("GET", "/health/live").answer().status());
            assertEquals(List.of("GET /agents/1"), origin.seen());

            Files.delete(folder.resolve("filler"));
            awaitReadiness("ready\n");
            assertEquals(200, wire.request("GET", "/agents/5").answer().status());
            assertEquals(200, client.request("GET", "/agents/6").message().status());
        }
        assertEquals(3, origin.seen().size());
    }

    /** What was let in before the mark was reached has both its records, and its answer. */
    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void concludesWhatItLetInBefore(String durability) throws Exception {
        start(durability);
        try (Wire wire = Wire.to(gateway)) {
            wire.request("GET", "/agents/held");
            Eventually.holds("it arrived", () -> origin.seen().size() == 1);
            fill();
            answer.countDown();
            assertEquals(200, wire.answer().status());
            assertEquals(503, wire.request("GET", "/agents/1").answer().status());
            assertEquals(1, origin.seen().size());
            Files.delete(folder.resolve("filler"));
            awaitReadiness("ready\n");
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
        }
    }

    @Test
    void holdsAnAnswerBackWhoseOutcomeCannotBeWritten() throws Exception {
        start("process");
        try (Wire wire = Wire.to(gateway)) {
            wire.request("GET", "/agents/held");
            Eventually.holds("it arrived", () -> origin.seen().size() == 1);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.filter(it -> it.toString().endsWith(".cq4")).toList()) {
                    Files.newByteChannel(file, StandardOpenOption.WRITE)
                            .truncate(0)
                            .close();
                }
            }
            answer.countDown();
            Wire.Message refused = wire.answer();
            assertEquals(503, refused.status());
            assertTrue(refused.text().contains("audit_unavailable"), refused.text());
        }
    }
}
