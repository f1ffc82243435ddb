package dev.pavise.policy.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    @Test
    void readsEveryKindOfValue() throws StrictJson.Malformed {
        Map<String, Object> read = read(" { \"a\" : [ 1 , -2.5e1 , true , false , null , { } , [ ] ] ,"
                + " \"b\\u0041\\n\\\"\\\\\\/\" : \"\u00e9\\ud83d\\ude00\ud83d\ude00\" , \"\" : 9223372036854775807 } ");
        assertEquals(Arrays.asList(1L, -25.0, true, false, null, Map.of(), List.of()), read.get("a"));
        assertEquals("\u00e9\ud83d\ude00\ud83d\ude00", read.get("bA\n\"\\/"));
        assertEquals(9.223372036854776E18, read.get(""));
        assertEquals(
                999_999_999_999_999_999L, read("{\"n\":999999999999999999}").get("n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "1",
                "\"a\"",
                "{",
                "}",
                "{}}",
                "{} {}",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":Infinity}",
                "{\"a\":NaN}",
                "{\"a\":0x1}",
                "{\"a\":nul}",
                "{\"a\":True}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\ude00\\ud83d\"}",
                "{\"a\":\"\\ud83d\\ud83d\"}",
                "{\"a\":\"x}",
                "{\"a\":[1,]}",
                "{\"a\":[1 2]}",
                "{\"a\":[}",
                "{/**/}",
                "{}//",
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"\\u0061\":1}",
                "\ufeff{}",
                "{\u00a0}",
                "{\u0000}",
                "{\"a\":\u0661}",
                "{\"a\":\"\\u\u0661\u0661\u0661\u0661\"}"
            })
    void refusesWhatHasNoOrMoreThanOneReading(String text) {
        assertThrows(StrictJson.Malformed.class, () -> read(text));
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[][] wrong = {
            {'{', '"', (byte) 0xC0, (byte) 0x80, '"', ':', '1', '}'},
            {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'},
            {'{', '"', (byte) 0xFF, '"', ':', '1', '}'},
            {'{', '"', (byte) 0xE2, (byte) 0x82, '"', ':', '1', '}'}
        };
        for (byte[] bytes : wrong) {
            assertThrows(StrictJson.Malformed.class, () -> StrictJson.object(bytes));
        }
    }

    @Test
    void boundsDepth() throws StrictJson.Malformed {
        assertEquals(1, read("{\"a\":" + "[".repeat(15) + "]".repeat(15) + "}").size());
        assertThrows(StrictJson.Malformed.class, () -> read("{\"a\":" + "[".repeat(16) + "]".repeat(16) + "}"));
        assertThrows(StrictJson.Malformed.class, () -> read("{\"a\":".repeat(100_000)));
    }

    @Test
    void readsOrRefusesAnyText() {
        SplittableRandom random = new SplittableRandom(13);
        String[] pieces = {
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\", "\\u00", "1", "-", ".", "e", "true", "null", " ",
            "\u0001"
        };
        int read = 0;
        for (int round = 0; round < 300_000; round++) {
            StringBuilder text = new StringBuilder("{\"a\":");
            for (int at = random.nextInt(6); at > 0; at--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            text.append('}');
            try {
                read(text.toString());
                read++;
            } catch (StrictJson.Malformed refused) {
                assertFalse(String.valueOf(refused.getMessage()).isEmpty());
            }
        }
        assertTrue(read > 1000, "read " + read);
    }

    private static Map<String, Object> read(String text) throws StrictJson.Malformed {
        return StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
    }
}
