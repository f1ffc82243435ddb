package dev.pavise.auditlog.redact;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.codec.RecordBody;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** No known value is in the stored bytes, whatever text it comes in and however that is written. */
final class RedactionFuzzTest {
    private static final int ROUNDS = 60;
    private static final String SIGNS = "abcXYZ0189-_.~+/=%&?\\\"'<>: \t\u00e9\u20ac\u0001*";

    private final Random random = new Random(20261122);

    @Test
    void noKnownValueReachesTheStoredBytes() {
        for (int round = 0; round < ROUNDS; round++) {
            List<String> values = values();
            How how = How.values()[random.nextInt(3)];
            Rules rules = Rules.of(
                    List.of(new Rule.Values(values, how)),
                    new KeyedHash(new byte[32]),
                    new KnownSecrets(values, List.of()));
            for (int i = 0; i < 20; i++) {
                check(rules, values);
            }
        }
    }

    private void check(Rules rules, List<String> values) {
        AuditRecord record = AuditRecord.of(Phase.EVENT, text(values), "api.request", text(values))
                .eventType(text(values))
                .sessionId(text(values))
                .metadata("query", text(values))
                .metadata("headers", List.of("user-agent: " + text(values), text(values)))
                .metadata(text(values), text(values))
                .build();
        RecordBody body = new RecordBody();
        body.write(rules.apply(record));
        String stored = new String(body.array(), 0, body.length(), StandardCharsets.UTF_8);
        for (String value : values) {
            String octets = new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            for (String written : List.of(
                    value,
                    octets,
                    json(value),
                    percent(value),
                    percent(value).toLowerCase(Locale.ROOT),
                    percent(percent(value)),
                    inBase64(value))) {
                assertFalse(stored.contains(written), () -> "`" + written + "` of `" + value + "` stands in " + stored);
            }
        }
    }

    private List<String> values() {
        List<String> values = new ArrayList<>();
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            // One that begins with a backslash stands in the escaped form of its own rest.
            values.add("v" + signs(8 + random.nextInt(30)));
        }
        return values;
    }

    private String signs(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
        }
        return text.toString();
    }

    /** A value, or a part of one, among other signs, written in some way. */
    private String text(List<String> values) {
        StringBuilder text = new StringBuilder(signs(random.nextInt(10)));
        for (int parts = random.nextInt(4); parts > 0; parts--) {
            String value = values.get(random.nextInt(values.size()));
            String part = random.nextInt(4) == 0 ? value.substring(random.nextInt(value.length())) : value;
            // Behind half an escape the beginning of the value would be read as its end.
            text.append('/').append(written(part)).append(signs(random.nextInt(5)));
        }
        return text.toString();
    }

    private String written(String value) {
        List<UnaryOperator<String>> ways = List.of(
                UnaryOperator.identity(),
                RedactionFuzzTest::percent,
                text -> percent(percent(text)),
                RedactionFuzzTest::json,
                this::someInPercent,
                text -> Base64.getEncoder()
                        .encodeToString((signs(random.nextInt(3)) + text).getBytes(StandardCharsets.UTF_8)),
                text -> Base64.getUrlEncoder().encodeToString(("user:" + text + ":").getBytes(StandardCharsets.UTF_8)),
                text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        return ways.get(random.nextInt(ways.size())).apply(value);
    }

    private String someInPercent(String value) {
        StringBuilder text = new StringBuilder();
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = each > ' ' && each != '%' && each != '+' && random.nextBoolean();
            text.append(plain ? String.valueOf((char) each) : String.format("%%%02x", each & 0xff));
        }
        return text.toString();
    }

    private static String percent(String value) {
        StringBuilder text = new StringBuilder();
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = Character.isLetterOrDigit(each & 0xff) && each > 0;
            text.append(plain ? String.valueOf((char) each) : String.format("%%%02X", each & 0xff));
        }
        return text.toString();
    }

    private static String json(String value) {
        StringBuilder text = new StringBuilder();
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c == '\t') {
                text.append("\\t");
            } else if (c < ' ') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static String inBase64(String value) {
        String text = Base64.getEncoder().withoutPadding().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        return text.substring(0, value.getBytes(StandardCharsets.UTF_8).length * 8 / 6);
    }
}
