package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of event types in the documentation, the names in the code, and what the code writes are the same. */
final class EventTypesPageTest {
    private static final Pattern LITERAL = Pattern.compile("(?:ownEvent|eventType)\\(\\s*\"([^\"]*)\"");

    private static List<String> rows() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "audit.md"));
        String section = page.substring(page.indexOf("\n## Event types"));
        return section.substring(0, section.indexOf("\n## ", 1))
                .lines()
                .filter(line -> line.startsWith("| `") && !line.startsWith("| `event_type`"))
                .toList();
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String module : List.of("policy", "auditlog", "proxy")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                for (Path file : files.filter(
                                each -> each.toString().endsWith(".java") && !each.endsWith("EventType.java"))
                        .toList()) {
                    all.append(Files.readString(file));
                }
            }
        }
        return all.toString();
    }

    @Test
    void listsEveryTypeInOrder() throws IOException {
        assertEquals(
                Arrays.stream(EventType.values()).map(EventType::text).sorted().toList(),
                rows().stream().map(row -> row.split("`")[1]).toList());
    }

    @Test
    void saysEverythingOfEach() throws IOException {
        for (String row : rows()) {
            assertEquals(9, row.split("\\|", -1).length - 1, row);
        }
    }

    @Test
    void everyNameIsWrittenSomewhere() throws IOException {
        String sources = sources();
        for (EventType type : EventType.values()) {
            assertTrue(
                    sources.contains("EventType." + type.name()) || sources.contains("\"" + type.text() + "\""),
                    () -> "nothing writes " + type);
        }
    }

    @Test
    void everyNameThatIsWrittenIsKnown() throws IOException {
        Matcher literals = LITERAL.matcher(sources());
        while (literals.find()) {
            String name = literals.group(1);
            assertTrue(EventType.of(name).isPresent(), () -> "`" + name + "` is not in EventType");
        }
    }
}
