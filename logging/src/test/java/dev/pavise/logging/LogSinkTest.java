package dev.pavise.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LogSinkTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long nanos;

    @Test
    void writesOneObjectALine() {
        Logger logger = logger("dev.pavise.proxy.server", LogLevel.INFO);

        logger.info("upstream {} answers again after {} tries", "runtime", 3);

        assertEquals(
                "{\"time\":\"2026-11-21T10:00:00.000Z\",\"level\":\"info\",\"logger\":\"dev.pavise.proxy.server\",\"thread\":\""
                        + Thread.currentThread().getName()
                        + "\",\"message\":\"upstream runtime answers again after 3 tries\"}\n",
                written());
    }

    @Test
    void tellsAnErrorWithItsCause() {
        logger("dev.pavise.x", LogLevel.INFO)
                .error("lost {}", "a file", new IOException("gone", new IllegalStateException("why")));

        JsonNode line = JSON.readTree(written());
        assertEquals("lost a file", line.get("message").asString());
        assertEquals("java.io.IOException: gone", line.get("error").asString());
        assertTrue(line.get("stack").asString().contains("Caused by: java.lang.IllegalStateException: why"));
    }

    @Test
    void writesAnyTextAsValidJsonOnOneLine() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        Logger logger = logger("dev.pavise.x", LogLevel.INFO);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append((char) (random.nextBoolean() ? random.nextInt(160) : random.nextInt(0x10000)));
            }
            out.reset();

            logger.info("{}", text);

            String line = written();
            assertEquals(line.length() - 1, line.indexOf('\n'));
            assertEquals(text.toString(), JSON.readTree(line).get("message").asString());
        }
    }

    @Test
    void letsNoTextFeignALineOnATerminal() {
        StderrLogger logger =
                new StderrLogger("dev.pavise.x", sink(LogLevel.INFO, new PlainFormat(ZoneOffset.UTC), out));

        logger.info("path `{}`", "/a\n12:00:00.000 INFO  all is well\u001b[2J");

        assertEquals("10:00:00.000 INFO  path `/a\\u000a12:00:00.000 INFO  all is well\\u001b[2J`\n", written());
    }

    @Test
    void leavesOutRepeatedWarningsAndCountsThem() {
        Logger logger = logger("dev.pavise.x", LogLevel.INFO);
        for (int i = 0; i < 100; i++) {
            logger.warn("refused {}", i);
        }
        logger.warn("something else");
        nanos = 1_000_000_000L;
        logger.warn("refused {}", 100);

        List<JsonNode> lines = written().lines().map(JSON::readTree).toList();
        assertEquals(
                List.of("refused 0", "something else", "refused 100"),
                lines.stream().map(line -> line.get("message").asString()).toList());
        assertEquals(99, lines.get(2).get("suppressed").asInt());
    }

    @Test
    void boundsTheKindsThatItRemembers() {
        LogThrottle throttle = new LogThrottle(() -> nanos);
        for (int i = 0; i < 10_000; i++) {
            assertEquals(0, throttle.admit("logger", "kind " + i));
        }
        assertEquals(LogThrottle.LEAVE_OUT, throttle.admit("logger", "kind 9999"));
        assertEquals(0, throttle.admit("logger", "kind 0"));
    }

    @ParameterizedTest
    @CsvSource({
        "dev.pavise.x, INFO, DEBUG, false",
        "dev.pavise.x, INFO, INFO, true",
        "dev.pavise.x, OFF, ERROR, false",
        "dev.pavise.x, TRACE, TRACE, true",
        "io.netty.x, INFO, INFO, false",
        "io.netty.x, INFO, WARN, true",
        "io.netty.x, DEBUG, DEBUG, true",
        "net.openhft.affinity.Affinity, INFO, WARN, false",
        "net.openhft.affinity.Affinity, INFO, ERROR, true",
        "net.openhft.affinity.Affinity, DEBUG, WARN, true",
        "io.netty.x, ERROR, WARN, false"
    })
    void admitsByLevelAndOrigin(String logger, LogLevel level, Level asked, boolean enabled) {
        assertEquals(enabled, sink(level, new JsonFormat(), out).isEnabled(logger, asked));
    }

    @Test
    void survivesALogThatCannotBeWritten() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("no space left");
            }
        };
        new StderrLogger("dev.pavise.x", sink(LogLevel.INFO, new JsonFormat(), full)).info("unheard");
    }

    @Test
    void knowsLevelsByNameOnly() {
        assertEquals(LogLevel.WARN, LogLevel.named("warn").orElseThrow());
        assertFalse(LogLevel.named("loud").isPresent());
    }

    private Logger logger(String name, LogLevel level) {
        return new StderrLoggers(sink(level, new JsonFormat(), out)).getLogger(name);
    }

    private LogSink sink(LogLevel level, LogFormat format, OutputStream target) {
        return new LogSink(
                level, format, target, InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z")), () -> nanos);
    }

    private String written() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
