package dev.pavise.proxy.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.codec.RecordBody;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

final class CustomEventTest {
    private static final String WHOLE =
            "{\"event_type\":\"app.paid\",\"identity\":\"user-7\",\"resource\":\"invoice/4\",\"outcome\":\"success\","
                    + "\"metadata\":{\"amount\":12,\"currency\":\"EUR\",\"express\":true,\"tags\":[\"a\",\"b\"]}}";
    private static final Principal CALLER =
            Policy.compile(List.of(), List.of(), List.of(), Map.of()).principal(new Subject.Operator());

    private static CustomEvent of(String json) {
        return CustomEvent.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode written(CustomEvent event) {
        RecordBody body = new RecordBody();
        AuditRecord record = event.record(CALLER, new Call.From("192.0.2.1", "s", "r", null));
        body.write(record);
        assertTrue(body.length() < RecordBody.MAX_LINE, "too long: " + body.length());
        return JsonMapper.shared()
                .readTree("{" + new String(body.array(), 1, body.length() - 1, StandardCharsets.UTF_8));
    }

    @Test
    void isWrittenAsItWasTold() {
        assertEquals(
                JsonMapper.shared()
                        .readTree(
                                "{\"phase\":\"event\",\"event_type\":\"app.paid\",\"actor\":\"operator\",\"action\":\"event.custom\","
                                        + "\"resource\":\"invoice/4\",\"outcome\":\"success\",\"ip\":\"192.0.2.1\",\"session_id\":\"s\","
                                        + "\"request_id\":\"r\",\"metadata\":{\"on_behalf_of\":\"user-7\",\"amount\":12,\"currency\":\"EUR\","
                                        + "\"express\":true,\"tags\":[\"a\",\"b\"]}}"),
                written(of(WHOLE)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | `event_type` is missing",
                "\"event_type\":\"paid\" | `resource` is missing",
                "\"event_type\":\"paid\",\"resource\":\"r\" | `outcome` is missing",
                "\"event_type\":7 | `event_type` is not a text",
                "\"event_type\":\"Paid\" | `event_type` is not a name",
                "\"event_type\":\"\" | `event_type` is not a name",
                "\"event_type\":\"a\\u0000\" | `event_type` is not a name",
                "\"event_type\":\"login_failure\\u200b\" | `event_type` is not a name",
                "\"event_type\":\"audit_anything\" | name of the gateway's own",
                "\"actor\":\"root\" | `actor` is not known",
                "\"action\":\"api.request\" | `action` is not known",
                "\"seq\":1 | `seq` is not known",
                "\"event_type\":\"a\",\"event_type\":\"a\" | twice",
                "\"event_type\":\"paid\",\"resource\":\"\" | `resource` is empty",
                "\"event_type\":\"paid\",\"resource\":\"a\\nb\" | `resource` has the character U+000A",
                "\"event_type\":\"paid\",\"resource\":\"\\u001b[2J\" | `resource` has the character U+001B",
                "\"event_type\":\"paid\",\"resource\":\"\\ud800\" | `resource` has the character U+D800",
                "\"event_type\":\"paid\",\"identity\":null | `identity` is not a text",
                "\"event_type\":\"paid\",\"identity\":\"\" | `identity` is empty",
                "\"event_type\":\"paid\",\"resource\":\"r\",\"outcome\":\"Success\" | `outcome` is none of success",
                "\"event_type\":\"paid\",\"resource\":\"r\",\"outcome\":\"success\",\"metadata\":[] | `metadata` is not an object",
            })
    void refusesWithTheNameOfTheMember(String members, String told) {
        refuses("{" + members + "}", told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"a\":{\"b\":1} | `metadata.a` is neither",
                "\"a\":null | `metadata.a` is neither",
                "\"a\":1.5 | `metadata.a` is neither",
                "\"a\":1e3 | `metadata.a` is neither",
                "\"a\":9223372036854775808 | `metadata.a` is neither",
                "\"a\":[\"b\",[\"c\"]] | `metadata.a` holds something",
                "\"a\":[1] | `metadata.a` holds something",
                "\"a\":1,\"a\":2 | twice",
                "\"\":1 | has the name",
                "\"a b\":1 | has the name",
                "\"a\\nb\":1 | has the name",
                "\"on_behalf_of\":\"root\" | write `identity`",
                "\"key_id\":\"x\" | the gateway's own to say",
                "\"act\":[\"x\"] | the gateway's own to say",
                "\"truncated\":true | the gateway's own to say",
                "\"a\":\"\\u0007\" | `metadata.a` has the character U+0007",
                "\"a\":\"\\u009b\" | `metadata.a` has the character U+009B",
            })
    void refusesMetadataThatCannotBeKeptAsItIs(String members, String told) {
        refuses(with(members), told);
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void refusesNamesOfOurOwnEvents(EventType ours) {
        refuses(
                "{\"event_type\":\"" + ours.text() + "\",\"resource\":\"r\",\"outcome\":\"success\"}",
                "a name of the gateway's own events");
        assertFalse(ours.text().contains("."), ours.text());
        of("{\"event_type\":\"app." + ours.text() + "\",\"resource\":\"r\",\"outcome\":\"success\"}");
    }

    @Test
    void refusesWhatIsTooLarge() {
        refuses(with("\"a\":\"" + "x".repeat(2001) + "\""), "longer than the 2000");
        refuses(with("\"a\":[\"" + "x".repeat(1500) + "\",\"" + "x".repeat(501) + "\"]"), "`metadata.a` is longer");
        refuses(with("\"a\":[" + "\"\",".repeat(64) + "\"\"]"), "more than 64 texts");
        refuses(with("\"" + "a".repeat(65) + "\":1"), "has the name");
        StringBuilder many = new StringBuilder("\"a\":1");
        for (int i = 0; i < 64; i++) {
            many.append(",\"a").append(i).append("\":1");
        }
        refuses(with(many.toString()), "more than 64 members");
        refuses(with("\"a\":" + "[".repeat(5000) + "]".repeat(5000)), "not well-formed");
    }

    private static String with(String metadata) {
        return "{\"event_type\":\"paid\",\"resource\":\"r\",\"outcome\":\"success\",\"metadata\":{" + metadata + "}}";
    }

    private static void refuses(String json, String told) {
        BadArgumentException refused = assertThrows(BadArgumentException.class, () -> of(json));
        assertTrue(String.valueOf(refused.getMessage()).contains(told), refused::getMessage);
    }

    @Test
    void nothingThatIsTakenIsCut() {
        Random random = new Random(7);
        String[] alphabet = {"a", "\"", "\\", "\n", "é", "漢", "😀", "\t"};
        for (int i = 0; i < 200; i++) {
            ObjectNode metadata = JsonMapper.shared().createObjectNode();
            int members = random.nextInt(8);
            for (int m = 0; m < members; m++) {
                String sign = alphabet[random.nextInt(alphabet.length)];
                metadata.put("m" + m, sign.repeat(random.nextInt(2000 / sign.length())));
            }
            ArrayNode list = metadata.putArray("list");
            list.add("\"".repeat(1000)).add("漢".repeat(1000));
            ObjectNode event = JsonMapper.shared().createObjectNode();
            event.put("event_type", "x").put("resource", "漢".repeat(2000)).put("outcome", "denied");
            event.set("metadata", metadata);
            byte[] body = event.toString().getBytes(StandardCharsets.UTF_8);
            if (body.length <= CustomEvent.MOST_BYTES) {
                JsonNode written = written(CustomEvent.of(body));
                assertEquals(metadata, written.get("metadata"));
                assertEquals("漢".repeat(2000), written.path("resource").asString());
            }
        }
    }

    @Test
    void readsOrRefusesWhateverComes() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                written(CustomEvent.of(bytes));
            } catch (BadArgumentException refused) {
                assertFalse(String.valueOf(refused.getMessage()).isEmpty());
            }
        }
    }
}
