package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no configuration at all. */
final class ConfigFileErrorsTest {
    @TempDir
    private Path temporary;

    private ConfigFolder folder = new ConfigFolder(Path.of("unset"));

    @BeforeEach
    void fillFolder() {
        folder = WrongConfig.folder(temporary);
    }

    @Test
    void refusesTextThatIsNoYaml() {
        refusesWith("1:1 : is empty; the least it can hold", "");
        refusesWith("1:1 : is empty", "# only a comment\n");
        refusesWith("1:1 : is empty", "---\n...\n");
        refusesWith("holds more than one YAML document", "a: 1\n---\nb: 1\n");
        refusesWith("is not YAML", "limits:\n\tbody: 1\n");
        refusesWith("2:1", "limits:\n\tbody: 1\n");
        refusesWith("is not YAML", "limits: {body: 1\n");
        refusesWith("is not YAML", "a: b: c");
        refusesWith("holds a character that YAML does not allow", "a: \u0001");
        refusesWith("1:4 : uses the alias `x`, which no finished node", "a: *x");
        refusesWith("holds a tag", "limits: !!map {}");
        refusesWith("holds a tag", "data_dir: !java.net.URL [x]");
        refusesWith("is nested deeper", "a: " + "[".repeat(100_000));
        refusesWith("is larger than 1 MiB", "#" + "x".repeat(1 << 20));
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        for (byte[] bytes : List.of(
                new byte[] {'a', ':', ' ', (byte) 0xC3, '('},
                "hosts: []".getBytes(StandardCharsets.UTF_16),
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80})) {
            ConfigResult result = ConfigLoader.load(folder.write("pavise.yaml", bytes), name -> null);
            assertTrue(result.toString().contains("is not UTF-8 text"), result.toString());
        }
        byte[] marked = "\uFEFFhosts: []".getBytes(StandardCharsets.UTF_8);
        ConfigFolder.good(ConfigLoader.load(folder.write("pavise.yaml", marked), name -> null));
    }

    @Test
    void refusesFilesItCannotRead() {
        assertTrue(ConfigLoader.load(folder.path("none.yaml"), name -> null)
                .toString()
                .contains("does not exist"));
        assertTrue(ConfigLoader.load(temporary, name -> null).toString().contains("cannot be read"));
    }

    @Test
    void refusesAliasesThatGrowWithoutBound() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 9; i++) {
            String last = "*a" + (i - 1);
            bomb.append("a" + i + ": &a" + i + " [" + (last + ",").repeat(8) + last + "]\n");
        }
        refusesWith("nodes, aliases included", bomb.toString());
        refusesWith("which no finished node", "a: &a [*a]");
        ConfigFolder.good(folder.load("hosts: &h [a.example]\norigins: []\ntrusted_proxies: &t []"));
    }

    private void refusesWith(String expected, String yaml) {
        List<String> shown = folder.shown(yaml);
        assertEquals(1, shown.size(), shown.toString());
        assertTrue(shown.getFirst().contains(expected), shown.getFirst());
    }
}
