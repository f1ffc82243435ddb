package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ConfigError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds: errors, never an exception, and never an empty answer. */
final class ConfigFuzzTest {

    private static final int ROUNDS = 800;

    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\n",
            "  ",
            "- ",
            "&a ",
            "*a",
            "!!str ",
            "<<: ",
            "? ",
            "| ",
            "> ",
            "'",
            "\"",
            "#",
            "%YAML 1.2",
            "---",
            "...",
            "\t",
            "${",
            "${A}",
            "${file:x}",
            "${:",
            "}",
            "null",
            "~",
            "0",
            "-1",
            "1e999",
            "0x10",
            ".inf",
            "999999999999999999999999",
            "\u0000",
            "\uFEFF",
            "\u2028",
            "\u202E",
            "\uD83D\uDE00",
            "routes",
            "limits",
            "permission",
            "when: x",
            "a".repeat(300),
            "[".repeat(40),
            "{a: ".repeat(40));

    @TempDir
    private Path temporary;

    @Test
    void survivesMutatedFiles() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(2026);
        ConfigFolder folder =
                new ConfigFolder(temporary).set("OPERATOR", "0123456789abcdef").withFiles(WholeConfig.FILES);
        int loaded = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = random.nextInt(4) == 0 ? WholeConfig.SMALLEST : WholeConfig.WHOLE;
            StringBuilder mutated = new StringBuilder(text);
            for (int i = random.nextInt(5); i >= 0; i--) mutate(mutated, random);
            if (judge(folder.load(mutated.toString()), mutated.toString())) loaded++;
        }
        assertTrue(loaded > ROUNDS / 100, "some mutations are harmless: " + loaded);
        assertTrue(loaded < ROUNDS / 2, "most mutations do harm: " + loaded);
    }

    @Test
    void survivesMutatedBytes() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        ConfigFolder folder = new ConfigFolder(temporary);
        byte[] whole = WholeConfig.WHOLE.getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(8); i >= 0; i--) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            ConfigResult result = ConfigLoader.load(folder.write("pavise.yaml", bytes), name -> null);
            assertTrue(result instanceof ConfigResult.Invalid, "OPERATOR is not set");
        }
    }

    private static boolean judge(ConfigResult result, String text) {
        return switch (result) {
            case ConfigResult.Loaded loaded -> {
                EffectiveConfig.yaml(loaded.config());
                yield true;
            }
            case ConfigResult.Invalid invalid -> {
                assertTrue(invalid.errors().size() <= ConfigLoader.MOST_ERRORS, text);
                for (ConfigError error : invalid.errors()) {
                    assertTrue(error.place().line() > 0 && error.place().column() > 0, text);
                    assertTrue(error.toString().chars().noneMatch(Character::isISOControl), text);
                }
                yield false;
            }
        };
    }

    private static void mutate(StringBuilder text, RandomGenerator random) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + 1 + random.nextInt(20));
        switch (random.nextInt(5)) {
            case 0 -> text.delete(at, Math.min(end, text.length() - 1));
            case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
            case 2 -> text.insert(at, text.substring(at, end));
            case 3 -> text.setCharAt(at, (char) random.nextInt(0x20, 0x7F));
            default -> text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
        }
    }
}
