package dev.pavise.auditlog.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CefTest {
    /** The dictionary's lengths, in characters. */
    private static final Map<String, Integer> LENGTHS = Map.ofEntries(
            Map.entry("deviceExternalId", 255),
            Map.entry("externalId", 40),
            Map.entry("cat", 1023),
            Map.entry("act", 63),
            Map.entry("outcome", 63),
            Map.entry("deviceFacility", 1023),
            Map.entry("suid", 1023),
            Map.entry("request", 1023),
            Map.entry("requestMethod", 1023),
            Map.entry("dhost", 1023),
            Map.entry("reason", 1023),
            Map.entry("msg", 1023),
            Map.entry("cs1", 4000),
            Map.entry("cs2", 4000),
            Map.entry("cs3", 4000),
            Map.entry("cs4", 4000),
            Map.entry("cs5", 4000));

    private static final Map<String, String> TOP = Map.of(
            "externalId", "id",
            "cat", "event_type",
            "act", "action",
            "outcome", "outcome",
            "deviceFacility", "phase",
            "suid", "actor",
            "request", "resource",
            "src", "ip",
            "c6a2", "ip");

    private final CefEncoder encoder = new CefEncoder(new Origin("pavise|audit", "0.1.0"));

    @Test
    void escapesAsTheGuideSays() throws Exception {
        AuditRecord record = AuditRecord.of(Phase.EVENT, "key:a=b\\c", "do|it\\now", "line\nnext\r=|")
                .outcome(Outcome.DENIED)
                .eventType("own|event")
                .ip("192.0.2.7")
                .metadata("more", "a=\\b")
                .build();
        String line = Lines.text(encoder.encode(Lines.of(7, record)));
        assertTrue(
                line.startsWith("CEF:0|Pavise|Pavise|0.1.0|own\\|event|do\\|it\\\\now denied|6|rt=1795320306123 "),
                line);
        assertTrue(line.contains(" suid=key:a\\=b\\\\c "), line);
        assertTrue(line.contains(" act=do|it\\\\now "), line);
        assertTrue(line.contains(" request=line\\nnext\\r\\=| "), line);
        assertTrue(line.contains(" src=192.0.2.7 "), line);
        assertTrue(line.contains(" deviceExternalId=pavise|audit "), line);
        // In JSON the backslash is doubled, and each of the two is escaped again.
        assertTrue(line.endsWith(" PaviseRecord={\"metadata\":{\"more\":\"a\\=\\\\\\\\b\"}}"), line);
    }

    @Test
    void canBePutTogetherAgainWhateverStandsInTheRecord() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
        for (AuditRecord record : Lines.typical()) {
            check(Lines.of(1, record));
        }
        for (int seq = 0; seq < 1500; seq++) {
            check(Lines.of(seq, Lines.random(random)));
        }
    }

    private void check(byte[] line) throws Exception {
        String text = Lines.text(encoder.encode(line));
        CefText cef = CefText.parse(text);
        assertEquals("CEF:0", cef.header().getFirst());
        assertTrue(cef.header().get(5).length() <= 512, text);
        LENGTHS.forEach((name, most) ->
                assertTrue(cef.extension().getOrDefault(name, "").length() <= most, () -> name + " in " + text));
        assertEquals(JsonMapper.shared().readTree(line), restored(cef), text);
    }

    private static JsonNode restored(CefText cef) {
        Map<String, String> fields = cef.extension();
        String left = fields.get("PaviseRecord");
        ObjectNode record = left == null
                ? JsonMapper.shared().createObjectNode()
                : (ObjectNode) JsonMapper.shared().readTree(left);
        ObjectNode metadata = record.path("metadata").isObject()
                ? (ObjectNode) record.get("metadata")
                : JsonMapper.shared().createObjectNode();
        TOP.forEach((field, name) -> put(record, name, fields.get(field)));
        put(record, "timestamp", fields.get("cs6"));
        record.put("seq", Integer.parseInt(fields.get("cn1")));
        put(record, "request_id", fields.get("cs1"));
        put(record, "session_id", fields.get("cs2"));
        put(record, "trace_id", fields.get("cs3"));
        put(metadata, "rule", fields.get("cs4"));
        put(metadata, "code", fields.get("cs5"));
        put(metadata, "method", fields.get("requestMethod"));
        put(metadata, "host", fields.get("dhost"));
        put(metadata, "reason", fields.get("reason"));
        put(metadata, "detail", fields.get("msg"));
        if (fields.containsKey("cn2")) {
            long status = Long.parseLong(fields.get("cn2"));
            if (status == (int) status) {
                metadata.put("status", (int) status);
            } else {
                metadata.put("status", status);
            }
        }
        if (!metadata.isEmpty()) {
            record.set("metadata", metadata);
        }
        return record;
    }

    /** What stands in {@code PaviseRecord} is the whole; a field may hold it cut. */
    private static void put(ObjectNode record, String name, String value) {
        if (value != null && !record.has(name)) {
            record.put(name, value);
        }
    }
}
