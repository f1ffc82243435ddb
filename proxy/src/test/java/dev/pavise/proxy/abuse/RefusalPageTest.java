package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.http.RefusalCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page that tells operators what each refusal means, and what to do. */
final class RefusalPageTest {
    private static List<String> rows() throws IOException {
        Path page = Path.of("..", "docs", "refusals.md");
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
    }

    @Test
    void listsEveryCodeWithItsStatusAndMeaning() throws IOException {
        List<String> expected = Arrays.stream(RefusalCode.values())
                .map(code -> "| `" + code.code() + "` | " + code.status() + " | " + code.title() + " |")
                .toList();
        List<String> told = rows().stream()
                .map(row -> row.substring(0, row.indexOf(" |", row.indexOf(" |", row.indexOf(" |") + 2) + 2) + 2))
                .toList();
        assertEquals(expected, told);
    }

    @Test
    void saysWhatToDo() throws IOException {
        for (String row : rows()) {
            assertTrue(row.split(" \\| ")[3].length() > 15, row);
        }
    }
}
