package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class DoctorCommandTest {
    private static final String SMALL = """
            upstreams: {runtime: {url: "http://127.0.0.1:9000"}}
            routes: [{match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}]
            """;

    @TempDir
    Path folder;

    private Shell shell(String yaml) throws Exception {
        Files.writeString(folder.resolve("pavise.yaml"), yaml);
        return new Shell(folder, InstantSource.system());
    }

    @Test
    void walksTheWholeListAndLeavesNoTrace() throws Exception {
        Shell shell = shell(SMALL).done("doctor");
        for (String topic : List.of("signed agents", "mTLS", "RBAC", "network policy")) {
            assertTrue(shell.out().contains("\n" + topic + "\n") || shell.out().startsWith(topic), shell.out());
        }
        assertTrue(shell.out().contains("mend: "), shell.out());
        assertTrue(shell.out().contains("0 bad, "), shell.out());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("pavise.yaml")), files.toList());
        }
    }

    @Test
    void endsWithOneWhereSomethingIsBad() throws Exception {
        Shell shell = shell(SMALL + "identity: {operator_token: \"a-token-that-nobody-may-ever-see-here\"}\n");
        assertEquals(ExitCode.WANTING, shell.run("doctor --output json"));
        JsonNode all = shell.json();
        assertFalse(all.path("passes").asBoolean());
        assertTrue(all.path("findings")
                .valueStream()
                .anyMatch(each -> each.path("topic").asString().equals("secrets")
                        && each.path("verdict").asString().equals("bad")
                        && !each.path("mend").asString().isEmpty()));
        assertFalse(shell.out().contains("nobody-may-ever-see"), shell.out());
    }

    @Test
    void tellsWhyTheGatewayWouldNotStart() throws Exception {
        Shell clash = shell(
                SMALL.replace("]\n", ", {match: {path: \"/agents/**\"}, permission: \"a:b\", upstream: runtime}]\n"));
        assertEquals(ExitCode.WANTING, clash.run("doctor"));
        assertTrue(clash.out().contains("equal weight"), clash.out());
        Shell invalid = shell("nonsense: 1\n");
        assertEquals(ExitCode.WANTING, invalid.run("doctor"));
        assertTrue(invalid.out().contains("pavise.yaml:1:1"), invalid.out());
        assertEquals(ExitCode.WANTING, invalid.run("doctor --config nowhere.yaml"));
        assertEquals(ExitCode.MISUSE, invalid.run("doctor --nonsense"));
    }
}
