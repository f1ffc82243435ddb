package dev.pavise.policy.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.signing.Revocations;
import dev.pavise.policy.signing.TrustedKeyText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The operators' page and the code say the same. */
class ToolsPageTest {
    private static final Pattern CODE = Pattern.compile("`([a-z0-9_]+)`");

    private static String page = "";

    @BeforeAll
    static void readThePage() throws IOException {
        page = Files.readString(Path.of("../docs/tools.md"));
    }

    @Test
    void listsEachRefusalAndNoOther() {
        Set<String> codes = Arrays.stream(ToolRefusal.values())
                .map(ToolRefusal::code)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> listed = new TreeSet<>();
        for (String heading : List.of("## The order of checks", "## Versions")) {
            rows(heading)
                    .forEach(row -> CODE.matcher(row.substring(0, row.lastIndexOf("| ")))
                            .results()
                            .map(found -> found.group(1))
                            .forEach(listed::add));
        }
        assertEquals(codes, listed);
    }

    @Test
    void listsEachFieldOfAManifestAndNoOther() {
        Set<String> fields = new TreeSet<>(Tools.full().keySet());
        fields.addAll(Set.of("key_id", "signature"));
        Set<String> listed = rows("## The manifest").stream()
                .map(row -> CODE.matcher(row).results().findFirst())
                .flatMap(Optional::stream)
                .map(MatchResult::group)
                .map(field -> field.replace("`", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(fields, listed);
    }

    @Test
    void showsAManifestAKeyAndRevocationsThatAreRead() {
        ToolManifest manifest = ManifestReader.draft(block("```json").getBytes(StandardCharsets.UTF_8));
        assertEquals("word-count", manifest.toolId());
        assertEquals(1, manifest.files().size());
        String key = "name:" + between("```\nname:", "```");
        assertEquals(
                Instant.parse("2027-11-01T00:00:00Z"),
                TrustedKeyText.read(key, "x").notAfter());
        assertEquals(manifest.keyId(), TrustedKeyText.read(key, "x").id());
        Revocations revocations = Revocations.parse("key " + between("```\nkey ", "```"));
        assertEquals(1, revocations.keys().size());
        assertEquals(1, revocations.contents().size());
    }

    @Test
    void statesThePoliciesThatAreBuiltIn() {
        for (ToolPolicy policy : List.of(ToolPolicy.DEFAULT, ToolPolicy.RESTRICTED)) {
            String row = "| `" + policy.name() + "` | " + policy.memoryMb() + " MiB | " + policy.cpuSeconds() + " s | "
                    + policy.wall().toSeconds() + " s | " + policy.scratchMb() + " MiB |";
            assertTrue(page.contains(row), row);
        }
        assertInstanceOf(Reach.Nothing.class, ToolPolicy.RESTRICTED.network());
    }

    /** Those of the table under a heading, without its head. */
    private static List<String> rows(String heading) {
        return page.substring(page.indexOf(heading + "\n") + heading.length())
                .lines()
                .dropWhile(line -> !line.startsWith("|---"))
                .skip(1)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    private static String block(String fence) {
        return between(fence + "\n", "```");
    }

    private static String between(String start, String end) {
        int from = page.indexOf(start) + start.length();
        return page.substring(from, page.indexOf(end, from));
    }
}
