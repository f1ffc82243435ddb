package dev.pavise.policy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds of every file that is read here, shown by one with three keys. */
final class ConfigTextTest {
    private record Shop(String name, int size, List<Integer> doors) {}

    private static final Key<String> NAME = Key.required("name", Scalars.text("a name"), "what it is called");
    private static final Key<Integer> SIZE = Key.withDefault("size", Scalars.integer(1, 9), "4", "how large it is");
    private static final Key<List<Integer>> DOORS =
            Key.withDefault("doors", Shapes.list(Scalars.integer(0, 99)), "[1]", "where one gets in");
    private static final Section<Shop> SHOP = Section.of(List.of(NAME, SIZE, DOORS), shop -> {
        if (shop.get(SIZE) == 9) {
            shop.errorOf(DOORS, "are too few for size 9");
        }
        return new Shop(shop.get(NAME), shop.get(SIZE), shop.get(DOORS));
    });

    @TempDir
    private Path folder;

    private record Read(@Nullable Shop shop, List<String> errors) {}

    private Read read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("shop.yaml"), text);
        Files.writeString(folder.resolve("secret"), "from a file\n");
        Reading reading = new Reading(file, Map.of("NAME", "alpha")::get, "shopkeeper", Map.of("size", "7"));
        assertEquals("7", reading.override("size"));
        assertNull(reading.override("name"));
        Shop shop = ConfigText.read(file, SHOP, "a name", reading);
        return new Read(
                shop,
                reading.errors(20).stream()
                        .map(each -> each.toString().substring((file + ":").length()))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            name: a                                    | a           | 4 | [1]
            name: ${NAME}-${NONE:-b}                   | alpha-b     | 4 | [1]
            name: ${file:secret}                       | from a file | 4 | [1]
            {name: '$${NAME}', size: '2', doors: [3, 4]} | ${NAME}     | 2 | [3, 4]
            {name: &n a, doors: []}                    | a           | 4 | []
            {size: &s 5, name: b, doors: [*s, *s]}     | b           | 5 | [5, 5]
            """)
    void reads(String text, String name, int size, String doors) throws IOException {
        Read read = read(text);
        assertEquals(List.of(), read.errors());
        assertEquals(
                name + size + doors,
                read.shop() == null
                        ? ""
                        : read.shop().name() + size + read.shop().doors());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ""                       | 1:1: is empty; the least it can hold is a name
            size: 2                  | 1:1: `name` is missing: what it is called
            {name: a, sise: 2}       | 1:11: sise: is not a known key; did you mean `size`? known here: name, size, doors
            {name: a, name: b}       | 1:11: name: stands here twice; keep one
            {name: a, size: 10}      | 1:17: size: found `10`; expected a whole number from 1 to 9
            {name: a, size: }        | size: is empty; give a whole number from 1 to 9, or remove the key
            {name: [a]}              | 1:8: name: found a list; expected a name
            name: ${NONE}            | 1:7: name: environment variable `NONE` is not set
            name: ${file:gone}       | `${file:gone}`: there is no such file
            {name: !!str a}          | 1:8: holds a tag
            {name: *gone}            | uses the alias `gone`, which no finished node before it has as its anchor
            {name: a, size: 9}       | 1:1: `doors` are too few for size 9
            {name: a, size: 9, doors: [1]} | 1:27: doors: are too few for size 9
            - a                      | 1:1: found a list; expected a mapping with: name, size, doors
            "name: a\u0000"          | is not YAML
            """)
    void refuses(String text, String problem) throws IOException {
        Read read = read(text);
        assertTrue(read.errors().toString().contains(problem), read.errors()::toString);
        assertEquals(1, read.errors().size(), read.errors()::toString);
    }

    @Test
    void boundsWhatASmallFileStandsFor() throws IOException {
        assertTrue(read("doors: " + "[".repeat(40) + "]".repeat(40))
                .errors()
                .toString()
                .contains("nested deeper than"));
        String doubling = IntStream.range(1, 20)
                .mapToObj(i -> "a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n")
                .collect(Collectors.joining());
        assertTrue(read("a0: &a0 [1]\n" + doubling).errors().toString().contains("aliases included"));
        assertTrue(read("#".repeat((1 << 20) + 1)).errors().toString().contains("is larger than 1 MiB"));
    }

    @Test
    void saysWhoMayNotReadAFile() {
        Reading reading = new Reading(folder, name -> null, "shopkeeper", Map.of());
        assertNull(ConfigText.read(folder, SHOP, "a name", reading));
        assertTrue(reading.errors(1).toString().contains("the shopkeeper's user may read"));
    }

    @Test
    void survivesWhateverItIsGiven() throws IOException {
        Random random = new Random(11);
        String letters = "name: a\nsize: &s 3\ndoors: [1, *s]\n\t{}[]:,-?&*!|>'\"%@`#$\u0000\u00e9";
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder("name: a\nsize: &s 3\ndoors: [1, *s]\n");
            for (int j = random.nextInt(12); j > 0; j--) {
                text.insert(random.nextInt(text.length() + 1), letters.charAt(random.nextInt(letters.length())));
            }
            Read read = read(text.toString());
            assertTrue(read.shop() != null || !read.errors().isEmpty(), text::toString);
        }
    }
}
