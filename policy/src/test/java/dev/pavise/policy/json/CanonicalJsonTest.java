package dev.pavise.policy.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CanonicalJsonTest {
    @Test
    void writesTheExampleOfTheRfc() throws StrictJson.Malformed {
        assertEquals(
                "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}",
                canonical("{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],"
                        + "\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
                        + "\"literals\": [null, true, false]}"));
    }

    @Test
    void ordersMembersAsTheRfcDoes() throws StrictJson.Malformed {
        assertEquals(
                "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"</script>\":\"Browser Challenge\",\"\u0080\":\"Control\u007f\","
                        + "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                        + "\"\ud83d\ude02\":\"Smiley\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}",
                canonical(
                        "{\"\\u20ac\": \"Euro Sign\", \"\\r\": \"Carriage Return\","
                                + "\"\\ufb33\": \"Hebrew Letter Dalet With Dagesh\", \"1\": \"One\","
                                + "\"\\u0080\": \"Control\\u007f\", \"\\ud83d\\ude02\": \"Smiley\","
                                + "\"\\u00f6\": \"Latin Small Letter O With Diaeresis\", \"</script>\": \"Browser Challenge\"}"));
    }

    @Test
    void ordersMembersAtEveryDepthAndKeepsTheOrderOfLists() throws StrictJson.Malformed {
        assertEquals(
                "[{\"\":{},\"a\":[3,1,2],\"b\":{\"a\":[],\"z\":null}}]",
                CanonicalJson.text(
                        List.of(StrictJson.object(utf8("{\"b\":{\"z\":null,\"a\":[]},\"a\":[3,1,2],\"\":{}}")))));
    }

    @Test
    void escapesControlCharactersAndNothingElse() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x80; c++) {
            all.append(c);
        }
        assertEquals(
                "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\\u0010\\u0011"
                        + "\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f"
                        + " !\\\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz"
                        + "{|}~\u007f\"",
                CanonicalJson.text(all.toString()));
    }

    @ParameterizedTest
    @MethodSource
    void refusesWhatHasNoCanonicalForm(Object value) {
        assertThrows(IllegalArgumentException.class, () -> CanonicalJson.text(value));
    }

    static List<Object> refusesWhatHasNoCanonicalForm() {
        return List.of(
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                "\ud800",
                "\ude00\ud83d",
                Map.of("\ud83d", 1L),
                Map.of(1L, 1L),
                List.of(1),
                List.of('c'),
                new Object());
    }

    @Test
    void isReadBackAsTheSameValue() throws StrictJson.Malformed {
        Random random = new Random(8785);
        for (int round = 0; round < 8_000; round++) {
            Map<String, Object> value = members(random, 3);
            byte[] once = CanonicalJson.bytes(value);
            Map<String, Object> read = StrictJson.object(once);
            assertEquals(value, read);
            assertEquals(new String(once, StandardCharsets.UTF_8), CanonicalJson.text(read));
            assertEquals(
                    new String(once, StandardCharsets.UTF_8), CanonicalJson.text(new TreeMap<>(value).descendingMap()));
        }
    }

    private static Map<String, Object> members(Random random, int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int at = random.nextInt(5); at > 0; at--) {
            members.put(text(random), value(random, depth));
        }
        return members;
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> text(random);
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong(-(1L << 53), 1L << 53);
            case 3 -> random.nextInt() / 4096.0 + 1.0 / 8192;
            case 4 -> null;
            case 5 -> members(random, depth - 1);
            default -> {
                List<Object> items = new ArrayList<>();
                for (int at = random.nextInt(4); at > 0; at--) {
                    items.add(value(random, depth - 1));
                }
                yield items;
            }
        };
    }

    private static String text(Random random) {
        String[] pieces = {
            "a", "b", "\"", "\\", "/", "\n", "\u0001", "\u007f", "\u00e9", "\u20ac", "\ud83d\ude02", "\uffff"
        };
        StringBuilder text = new StringBuilder();
        for (int at = random.nextInt(6); at > 0; at--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private static String canonical(String json) throws StrictJson.Malformed {
        byte[] bytes = CanonicalJson.bytes(StrictJson.object(utf8(json)));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
