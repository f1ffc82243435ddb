package dev.pavise.k8s.inject.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.pavise.k8s.inject.Given;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ManifestTextTest {
    private static final int ROUNDS = 4_000;
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "yes",
            "No",
            "ON",
            "null",
            "~",
            "1",
            "0644",
            "0x1f",
            "1e3",
            "1_000",
            "-",
            "- a",
            "a: b",
            "a:b",
            "a #b",
            "#",
            "'",
            "\"",
            "two\nlines\n",
            "two\nlines",
            "  indented\nlines\n",
            "trailing \nblank\n\n",
            "tab\there",
            "\u0000",
            "\u00e9\u4e16\ud83d\ude00",
            "{",
            "[a]",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a`",
            "a\r\nb",
            "---",
            "...",
            "= ",
            "<<",
            "2001-01-01",
            "12:30:00",
            ".inf",
            "8443/TCP",
            "/etc/pavise",
            "\u2028");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "yes|true",
                "on|true",
                "Y|true",
                "OFF|false",
                "yEs|`\"yEs\"`",
                "~|null",
                "0644|420",
                "0o644|420",
                "0x1F|31",
                "0b101|5",
                "1_000|1000",
                "+5|5",
                "-0|0",
                "1e3|1000",
                "1.50|1.5",
                "08|8",
                "1.2.3|`\"1.2.3\"`",
                "12:30|`\"12:30\"`",
                "2001-01-01|`\"2001-01-01\"`",
                "99999999999999999999|99999999999999999999",
                "2147483648|2147483648",
                "100m|`\"100m\"`",
            })
    void readsPlainTextsAsKubectlDoes(String text, String json) {
        assertEquals(json, PlainScalar.resolve(text).orElseThrow().toString());
    }

    @Test
    void whatIsWrittenIsReadAsTheSameHereAndByReadersOfYaml12() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < ROUNDS; i++) {
            ObjectNode tree = object(random, 4);
            String yaml = ManifestWriter.write(tree);
            JsonNode read = ManifestReader.read(yaml, 1);
            assertNotNull(read, yaml);
            assertEquals(tree, read, yaml);
            Object other = new Load(LoadSettings.builder().build()).loadFromString(yaml);
            assertNotNull(other);
        }
    }

    @Test
    void writesBlocksThatPeopleCanRead() {
        String yaml = ManifestWriter.write(
                Given.json("{'a': {'run': 'echo 1\\necho 2\\n'}, 'b': [{'c': 1, 'd': []}, 'x y']}"));
        assertEquals("a:\n  run: |\n    echo 1\n    echo 2\nb:\n- c: 1\n  d: []\n- \"x y\"\n", yaml);
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            object.set(TEXTS.get(random.nextInt(TEXTS.size())), value(random, depth - 1));
        }
        object.remove("<<");
        object.put("k", random.nextInt());
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> make.booleanNode(random.nextBoolean());
            case 1 -> make.nullNode();
            case 2 -> make.numberNode(random.nextInt());
            case 3, 4 -> make.stringNode(TEXTS.get(random.nextInt(TEXTS.size())));
            case 5, 6 -> object(random, depth);
            default -> {
                ArrayNode array = make.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(random, depth - 1));
                }
                yield array;
            }
        };
    }
}
