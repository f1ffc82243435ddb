package dev.pavise.auditlog.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RecordEncodingTest {
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final RecordBody body = new RecordBody();
    private final RecordHead head = new RecordHead();

    private String line(long seq, Instant now, AuditRecord record) {
        head.write(seq, now);
        body.write(record);
        return new String(head.array(), 0, head.length(), StandardCharsets.UTF_8)
                + new String(body.array(), 0, body.length(), StandardCharsets.UTF_8);
    }

    @Test
    void writesTheFieldsInTheirOrder() {
        AuditRecord record = AuditRecord.of(Phase.OUTCOME, "jwt:corp:alice", "api.request", "/a")
                .outcome(Outcome.DENIED)
                .eventType("access_denied")
                .ip("192.0.2.1")
                .sessionId("s")
                .requestId("r")
                .traceId("t")
                .metadata("status", 403)
                .metadata("least", Long.MIN_VALUE)
                .metadata("tls", true)
                .metadata("roles", List.of("a", "b\""))
                .metadata("status", 404)
                .build();
        String line = line(42, Instant.parse("2026-11-21T21:46:05.123456789Z"), record);
        assertEquals(
                "\"seq\":42,\"timestamp\":\"2026-11-21T21:46:05.123456Z\",\"phase\":\"outcome\","
                        + "\"event_type\":\"access_denied\",\"actor\":\"jwt:corp:alice\",\"action\":\"api.request\","
                        + "\"resource\":\"/a\",\"outcome\":\"denied\",\"ip\":\"192.0.2.1\",\"session_id\":\"s\","
                        + "\"request_id\":\"r\",\"trace_id\":\"t\",\"metadata\":{\"status\":404,"
                        + "\"least\":-9223372036854775808,\"tls\":true,\"roles\":[\"a\",\"b\\\"\"]}}",
                line.substring(line.indexOf("\"seq\"")));
        UUID id = UUID.fromString(line.substring(7, 43));
        assertEquals(7, id.version());
        assertEquals(2, id.variant());
        assertEquals(Instant.parse("2026-11-21T21:46:05.123Z").toEpochMilli(), id.getMostSignificantBits() >>> 16);
        assertEquals(RecordHead.SEQ_OFFSET, line.indexOf(":42,") + 1);
    }

    @Test
    void leavesFinishedRecordAloneWhenItsBuilderGoesOn() {
        AuditRecord.Builder builder =
                AuditRecord.of(Phase.EVENT, "system", "a", "b").metadata("one", 1);
        AuditRecord first = builder.build();
        AuditRecord second = builder.metadata("one", 2).metadata("two", true).build();
        assertEquals(List.of(new AuditRecord.Entry("one", 1L)), first.metadata());
        assertEquals(List.of(new AuditRecord.Entry("one", 2L), new AuditRecord.Entry("two", true)), second.metadata());
    }

    @Test
    void writesWhatRecursAsItWroteItFirst() {
        List<String> values =
                List.of("Aa", "BB", "", "jwt:corp:alice", "q\"\\\n", "é\u2028", "x".repeat(300), "é".repeat(9000));
        for (String value : values) {
            AuditRecord record = AuditRecord.of(Phase.EVENT, value, value, value)
                    .sessionId(value)
                    .metadata("Aa", value)
                    .metadata("BB", value)
                    .build();
            String fresh = bodyOf(new RecordBody(), record);
            for (int time = 0; time < 4; time++) {
                assertEquals(fresh, bodyOf(body, record));
            }
        }
    }

    private static String bodyOf(RecordBody body, AuditRecord record) {
        body.write(record);
        return new String(body.array(), 0, body.length(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, 123456789012345678L, Long.MAX_VALUE, -1, -10, Long.MIN_VALUE + 1})
    void writesEveryNumberAsJavaDoes(long number) {
        JsonBytes out = new JsonBytes();
        out.number(number);
        assertEquals(Long.toString(number), new String(out.array(), 0, out.length(), StandardCharsets.US_ASCII));
    }

    @Test
    void cutsLongValuesVisibly() {
        String exact = "x".repeat(RecordBody.MAX_VALUE - 6);
        JsonNode fits = read(line(
                1, Instant.EPOCH, AuditRecord.of(Phase.EVENT, "a", "b", exact).build()));
        assertEquals(exact, fits.get("resource").asString());
        String tooLong = "é".repeat(10_000);
        JsonNode cut = read(line(
                1, Instant.EPOCH, AuditRecord.of(Phase.EVENT, "a", "b", tooLong).build()));
        String resource = cut.get("resource").asString();
        assertTrue(resource.matches("é{4090,4096}\u2026\\[\\+59[0-9]{2} chars]"), resource.substring(4000));
    }

    @Test
    void keepsTheWholeRecordWithinItsBound() {
        AuditRecord.Builder builder = AuditRecord.of(Phase.EVENT, "a", "b", "c");
        for (int i = 0; i < 100; i++) {
            builder.metadata("key" + i, "\u0000".repeat(3000));
        }
        builder.metadata("list", List.of("x".repeat(9000), "y".repeat(9000), "z"));
        String line = line(1, Instant.EPOCH, builder.build());
        assertTrue(line.getBytes(StandardCharsets.UTF_8).length <= RecordBody.MAX_LINE);
        assertTrue(read(line).get("metadata").get("truncated").asBoolean());
    }

    @Test
    void isValidJsonOnOneLineWhateverItIsGiven() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        for (int round = 0; round < 20_000; round++) {
            AuditRecord record = AuditRecord.of(
                            random.nextBoolean() ? Phase.INTENT : Phase.OUTCOME,
                            text(random),
                            text(random),
                            text(random))
                    .outcome(random.nextBoolean() ? Outcome.DENIED : Outcome.SUCCESS)
                    .eventType(text(random))
                    .sessionId(text(random))
                    .requestId(text(random))
                    .metadata(text(random), text(random))
                    .metadata(text(random), random.nextLong())
                    .metadata(text(random) + "1", List.of(text(random), text(random)))
                    .build();
            String line = line(round, Instant.ofEpochSecond(random.nextLong(1L << 34), 999_999_999), record);
            assertFalse(line.chars().anyMatch(c -> c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028), line);
            JsonNode node = read(line);
            assertEquals(whole(record.actor()), node.get("actor").asString());
            assertEquals(round, node.get("seq").asLong());
        }
    }

    private static JsonNode read(String line) {
        return STRICT.readTree(line.getBytes(StandardCharsets.UTF_8));
    }

    /** What a text becomes when its lone surrogates are replaced. */
    private static String whole(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> out.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 0xfffd : c));
        return out.toString();
    }

    private static String text(RandomGenerator random) {
        int length = random.nextInt(12);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char)
                    switch (random.nextInt(6)) {
                        case 0 -> random.nextInt(0x20);
                        case 1 -> "\"\\/\u007f\u2028\u2029\u0085".charAt(random.nextInt(7));
                        case 2 -> 0xd800 + random.nextInt(0x800);
                        case 3 -> random.nextInt(0x10000);
                        default -> 0x20 + random.nextInt(0x5f);
                    });
        }
        return text.toString();
    }
}
