package dev.pavise.auditlog.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.pavise.auditlog.AuditRecord;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OcsfTest {
    private static final Origin ORIGIN = new Origin("pavise/audit", "0.1.0");

    private final OcsfEncoder encoder = new OcsfEncoder(ORIGIN);

    @Test
    void isWhatTheSchemaWants() throws Exception {
        OcsfSchema schema = OcsfSchema.load();
        List<AuditRecord> records = Lines.typical();
        for (int seq = 0; seq < records.size(); seq++) {
            fits(schema, Lines.of(seq, records.get(seq)));
        }
    }

    @Test
    void isWhatTheSchemaWantsWhateverStandsInTheRecord() throws Exception {
        OcsfSchema schema = OcsfSchema.load();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        for (int seq = 0; seq < 1500; seq++) {
            fits(schema, Lines.of(seq, Lines.random(random)));
        }
    }

    @Test
    void wouldTellWhatTheSchemaDoesNotWant() throws Exception {
        OcsfSchema schema = OcsfSchema.load();
        String good = Lines.text(encoder.encode(Lines.of(1, Lines.typical().getFirst())));
        for (String[] change : new String[][] {
            {"\"activity_id\":2", "\"activity_id\":7"},
            {"\"class_uid\":6003", "\"class_uid\":6004"},
            {"\"src_endpoint\":{\"ip\"", "\"src_endpoint\":{\"port\""},
            {"\"ip\":\"192.0.2.7\"", "\"ip\":\"nowhere\""},
            {"\"severity_id\":1", "\"severity_id\":\"1\""},
            {"\"api\":", "\"apis\":"},
            {"\"trace\"]", "\"cloud\"]"},
            {"\"product\":{\"name\"", "\"product\":{\"nam\""},
            {"\"http_method\":\"GET\"", "\"http_method\":\"get\""}
        }) {
            String bad = good.replace(change[0], change[1]);
            assertFalse(bad.equals(good), change[0] + " is not in " + good);
            assertFalse(schema.problems(JsonMapper.shared().readTree(bad)).isEmpty(), change[1]);
        }
    }

    /** Nothing is lost: the record can be put together again from the event. */
    private void fits(OcsfSchema schema, byte[] line) throws Exception {
        byte[] encoded = encoder.encode(line);
        String text = Lines.text(encoded);
        assertEquals(-1, text.indexOf('\n'), text);
        JsonNode event = JsonMapper.shared().readTree(encoded);
        assertEquals(List.of(), schema.problems(event), text);
        JsonNode record = JsonMapper.shared().readTree(line);
        assertEquals(sorted(record), sorted(restored(event)), text);
    }

    private static JsonNode restored(JsonNode event) {
        ObjectNode record = event.path("unmapped").isObject()
                ? (ObjectNode) event.get("unmapped").deepCopy()
                : JsonMapper.shared().createObjectNode();
        take(record, "id", event.at("/metadata/uid"));
        take(record, "seq", event.at("/metadata/sequence"));
        take(record, "timestamp", event.at("/metadata/original_time"));
        take(record, "event_type", event.at("/metadata/event_code"));
        take(record, "request_id", event.at("/metadata/correlation_uid"));
        take(record, "trace_id", event.at("/trace/uid"));
        take(record, "ip", event.at("/src_endpoint/ip"));
        if (!event.at("/src_endpoint/name").asString("").equals(ORIGIN.log())) {
            take(record, "ip", event.at("/src_endpoint/name"));
        }
        boolean authentication = event.get("class_uid").asInt() == 3002;
        take(record, "actor", event.at(authentication ? "/user/uid" : "/actor/user/uid"));
        take(record, "session_id", event.at(authentication ? "/session/uid" : "/actor/session/uid"));
        take(record, "action", event.at("/api/operation"));
        take(record, "resource", event.at("/resources/0/name"));
        take(record, "resource", event.at("/http_request/url/path"));
        ObjectNode metadata = record.path("metadata").isObject()
                ? (ObjectNode) record.get("metadata")
                : JsonMapper.shared().createObjectNode();
        take(metadata, "method", event.at("/http_request/http_method"));
        take(metadata, "host", event.at("/http_request/url/hostname"));
        take(metadata, "status", event.at("/http_response/code"));
        take(metadata, "code", event.at("/status_code"));
        take(metadata, "detail", event.at("/status_detail"));
        take(metadata, "rule", event.at("/authorizations/0/policy/name"));
        if (!metadata.isEmpty()) {
            record.set("metadata", metadata);
        }
        return record;
    }

    private static void take(ObjectNode record, String name, JsonNode value) {
        if (!value.isMissingNode()) {
            record.set(name, value);
        }
    }

    private static String sorted(JsonNode node) {
        return JsonMapper.builder()
                .enable(tools.jackson.databind.SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .build()
                .writeValueAsString(JsonMapper.shared().convertValue(node, java.util.TreeMap.class));
    }

    @ParameterizedTest
    @CsvSource({
        "login_failure, denied, 300201, 3, 2",
        "login_success, success, 300201, 1, 1",
        "session_end, success, 300202, 1, 1",
        "role_change, success, 300301, 1, 1",
        "role_change, denied, 600399, 3, 2",
        "key_created, success, 300301, 1, 1",
        "key_revoked, success, 300399, 1, 1",
        "audit_gap, failure, 600399, 5, 2",
        "audit_unavailable, failure, 600399, 4, 2",
        "config_change, success, 600399, 1, 1",
        "config_change, error, 600399, 3, 2",
        "config_change, unknown, 600399, 1, 0",
    })
    void findsTheClassOfAnEvent(String event, String outcome, long type, int severity, int status) throws Exception {
        AuditRecord record = AuditRecord.of(dev.pavise.auditlog.Phase.EVENT, "operator", "a", "b")
                .eventType(event)
                .outcome(dev.pavise.auditlog.Outcome.valueOf(outcome.toUpperCase(java.util.Locale.ROOT)))
                .metadata("principal", "jwt:corp:bob")
                .metadata("roles_after", "reader")
                .metadata("key_name", "build")
                .metadata("permissions", "agent:list")
                .build();
        JsonNode encoded = JsonMapper.shared().readTree(encoder.encode(Lines.of(3, record)));
        assertEquals(type, encoded.get("type_uid").asLong());
        assertEquals(severity, encoded.get("severity_id").asInt());
        assertEquals(status, encoded.get("status_id").asInt());
    }

    @ParameterizedTest
    @CsvSource({"GET,2", "HEAD,2", "POST,1", "PUT,3", "PATCH,3", "DELETE,4", "OPTIONS,99", "PROPFIND,99"})
    void tellsWhatARequestDid(String method, int activity) throws Exception {
        AuditRecord record = AuditRecord.of(dev.pavise.auditlog.Phase.OUTCOME, "operator", "api.request", "/x")
                .metadata("method", method)
                .build();
        JsonNode encoded = JsonMapper.shared().readTree(encoder.encode(Lines.of(3, record)));
        assertEquals(activity, encoded.get("activity_id").asInt());
    }
}
