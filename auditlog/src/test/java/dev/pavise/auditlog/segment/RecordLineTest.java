package dev.pavise.auditlog.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.segment.RecordLine.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLineTest {
    private static final String LINE = "{\"id\":\"i\",\"seq\":7,\"phase\":\"intent\",\"actor\":\"a\\\"b\","
            + "\"metadata\":{\"actor\":\"x\",\"l\":[\"}\",\"\\\\\"],\"n\":-1,\"t\":true},\"request_id\":\"r\"}";

    private final RecordLine line = new RecordLine();

    private boolean read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return line.read(bytes, 0, bytes.length);
    }

    @Test
    void findsTopLevelTextsOnly() {
        assertTrue(read(LINE));
        assertEquals("a\\\"b", line.text(Field.ACTOR));
        assertEquals("r", line.text(Field.REQUEST_ID));
        assertEquals("", line.text(Field.OUTCOME));
        assertTrue(line.startsWith(Field.ACTOR, new byte[] {'a'}));
        assertFalse(line.is(Field.ACTOR, new byte[] {'a'}));
        assertFalse(line.has(Field.IP));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{}", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":\"", "{\"a\":{}", "{\"a\":1}x"})
    void refusesWhatIsNoRecord(String text) {
        assertFalse(read(text));
    }

    @Test
    void neverReadsOutsideTheLine() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(2);
        byte[] whole = LINE.getBytes(StandardCharsets.UTF_8);
        byte[] marks = "{}[]\":,\\a1".getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
            for (int i = random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = marks[random.nextInt(marks.length)];
            }
            if (line.read(bytes, 0, bytes.length)) {
                assertTrue(line.text(Field.ACTOR).length() <= bytes.length);
            }
        }
    }
}
