package dev.pavise.proxy.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArgumentsTest {
    private static Arguments of(String json) {
        return Arguments.of(json.getBytes(StandardCharsets.UTF_8), "name", "list");
    }

    @Test
    void readsWhatIsAskedFor() {
        Arguments given = of("{\"name\":\"a\",\"list\":[\"b\",\"c\"]}");
        assertEquals("a", given.text("name"));
        assertEquals(List.of("b", "c"), given.texts("list"));
        assertEquals("a", given.optionalText("name"));
        assertEquals(null, of("").optionalText("name"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"nmae\":1} | `nmae` is not known",
                "{\"name\":\"a\",\"name\":\"a\"} | twice",
                "{\"name\":\"a\"}{} | not well-formed",
                "{\"name\":} | not well-formed",
                "nothing | not well-formed",
                "\"text\" | not a JSON object",
                "null | not a JSON object",
                "{\"name\":1} | `name` is not a text",
                "{\"name\":null} | `name` is not a text",
                "{\"name\":[\"a\"]} | `name` is not a text",
                "{} | `name` is missing",
                "{\"name\":\"a\"} | `list` is missing",
                "{\"name\":\"a\",\"list\":\"b\"} | `list` is not a list",
                "{\"name\":\"a\",\"list\":[null]} | `list` holds something",
                "{\"name\":\"a\",\"list\":[[\"b\"]]} | `list` holds something",
            })
    void refusesWithTheNameOfWhatIsWrong(String json, String told) {
        BadArgumentException refused = assertThrows(BadArgumentException.class, () -> {
            Arguments given = of(json);
            given.text("name");
            given.texts("list");
        });
        assertTrue(String.valueOf(refused.getMessage()).contains(told), refused::getMessage);
    }

    @Test
    void readsOrRefusesWhateverComes() {
        Random random = new Random(1);
        String letters = "{}[]\":,nameliст\\u0000 1e9-\u0001tru";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder json = new StringBuilder(round % 2 == 0 ? "{\"name\":" : "");
            for (int i = random.nextInt(40); i > 0; i--) {
                json.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                of(json.toString()).text("name");
            } catch (BadArgumentException refused) {
                assertTrue(String.valueOf(refused.getMessage()).length() < 300, refused::getMessage);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a%20b, a b",
        "jwt:corp:a@b, jwt:corp:a@b",
        "a+b, a+b",
        "%E2%82%AC, €",
    })
    void decodesAPathsVariable(String encoded, String decoded) {
        assertEquals(decoded, Parameters.variable(encoded));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"%", "%4", "%zz", "%ff", "%c0%80", "ü"})
    void refusesABrokenVariable(String encoded) {
        assertThrows(BadArgumentException.class, () -> Parameters.variable(encoded));
    }

    @Test
    void readsAQuery() {
        Parameters asked = Parameters.of("principal=a+b%2Fc&role", "principal", "role");
        assertEquals("a b/c", asked.get("principal"));
        assertEquals("", asked.get("role"));
        assertEquals(null, Parameters.of(null, "principal").get("principal"));
        assertThrows(BadArgumentException.class, () -> Parameters.of("a=1", "b"));
        assertThrows(BadArgumentException.class, () -> Parameters.of("a=1&a=1", "a"));
        assertThrows(BadArgumentException.class, () -> Parameters.of("a=1&", "a"));
    }
}
