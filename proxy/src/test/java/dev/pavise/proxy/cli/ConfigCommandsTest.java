package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ConfigCommandsTest {
    private static final String SMALL = """
            listen: {https: "127.0.0.1:0"}
            identity: {operator_token: "a-token-that-nobody-may-ever-see-here"}
            upstreams: {runtime: {url: "http://127.0.0.1:9000"}}
            routes:
              - {match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}
            """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void findsASmallFileValidAndLeavesNoTrace() throws Exception {
        write(SMALL);

        assertEquals(ExitCode.DONE, run("config", "validate"), err::toString);
        assertEquals("pavise.yaml is valid\n", out.toString());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("pavise.yaml")), files.toList());
        }
    }

    @Test
    void tellsEveryErrorWithItsPlace() throws Exception {
        write(SMALL.replace("permission:", "permision:"));

        assertEquals(ExitCode.WANTING, run("config", "validate"));
        assertTrue(err.toString().contains("pavise.yaml:5:"), err::toString);
        assertTrue(err.toString().contains("permission"), err::toString);
    }

    @Test
    void tellsErrorsThatOnlyTheWholeShows() throws Exception {
        write(SMALL + "  - {match: {path: \"/agents/**\"}, permission: \"agent:other\", upstream: runtime}\n");

        assertEquals(ExitCode.WANTING, run("config", "validate", "--output", "json"));
        JsonNode verdict = JsonMapper.shared().readTree(out.toString());
        assertFalse(verdict.get("valid").asBoolean());
        assertEquals(5, verdict.get("errors").get(0).get("line").asInt(), out::toString);
        assertTrue(out.toString().contains("equal weight"), out::toString);
    }

    @Test
    void showsDefaultsAndHidesSecrets() throws Exception {
        write(SMALL);

        assertEquals(ExitCode.DONE, run("config", "show"));
        assertTrue(out.toString().contains("request_timeout"), out::toString);
        assertFalse(out.toString().contains("nobody-may-ever-see"), out::toString);
        out.getBuffer().setLength(0);

        assertEquals(ExitCode.DONE, run("config", "show", "--output", "json"));
        assertTrue(JsonMapper.shared().readTree(out.toString()).isObject());
        assertFalse(out.toString().contains("nobody-may-ever-see"), out::toString);
    }

    @Test
    void printsTheSchema() {
        assertEquals(ExitCode.DONE, run("config", "schema"));
        assertTrue(JsonMapper.shared().readTree(out.toString()).has("$schema"));
    }

    @Test
    void saysThatThereIsNoFile() {
        assertEquals(ExitCode.WANTING, run("config", "validate", "--config", "nowhere.yaml"));
        assertTrue(err.toString().contains("nowhere.yaml"), err::toString);
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve("pavise.yaml"), text);
    }

    private int run(String... arguments) {
        Surroundings here = new Surroundings(name -> null, folder, false, InstantSource.system());
        return CommandTree.run(List.of(arguments), here, new PrintWriter(out, true), new PrintWriter(err, true));
    }
}
