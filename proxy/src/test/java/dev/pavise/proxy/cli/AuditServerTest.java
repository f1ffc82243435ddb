package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Stored;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.server.ProxyServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code pavise audit} against a running gateway gives out what the files hold. */
final class AuditServerTest {
    private static final String TOKEN = "test-operator-token-0123456789abcdef";
    private static final int RECORDS = 600;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private boolean terminal;
    private ProxyServer server;

    @BeforeEach
    void start() throws Exception {
        Path file = folder.resolve("pavise.yaml");
        Files.writeString(file, """
                listen: {https: "127.0.0.1:0"}
                data_dir: data
                upstreams: {runtime: {url: "http://127.0.0.1:9"}}
                routes: [{match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}]
                """);
        environment.put("PAVISE_AUTH_TOKEN", TOKEN);
        server = switch (ConfigLoader.load(file, Map.<String, String>of()::get)) {
            case ConfigResult.Loaded loaded -> ProxyServer.start(loaded.config(), environment::get);
            case ConfigResult.Invalid invalid ->
                throw new IllegalArgumentException(invalid.errors().toString());
        };
        for (int i = 0; i < RECORDS; i++) {
            AuditRecord record = AuditRecord.ownEvent(EventType.CERTIFICATE_ROTATED, "test.made", "thing " + i)
                    .metadata("odd", "\u2028\u007f\"]},[{ \\ \u00e9 " + i)
                    .build();
            server.audit().log().append(record, new Stored() {
                @Override
                public void stored(long seq) {}

                @Override
                public void unavailable(AuditUnavailable why) {
                    throw new IllegalStateException(why.toString());
                }
            });
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(@Nullable String ca, String line) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        if (ca != null) {
            environment.put("PAVISE_CA", ca);
        }
        Surroundings here = new Surroundings(environment::get, folder, terminal, InstantSource.system());
        return CommandTree.run(List.of(line.split(" ")), here, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private int run(String line) {
        return run(String.valueOf(server.ca()), line);
    }

    private String url() {
        return server.url().replace("127.0.0.1", "localhost");
    }

    private List<String> fromFiles(String conditions) {
        assertEquals(ExitCode.DONE, run("audit query --dir data/audit " + conditions), err::toString);
        return out.toString().lines().toList();
    }

    @ParameterizedTest
    @CsvSource({
        "--action test.made --limit 5",
        "--action test.made --limit 600",
        "--action test.made --limit 600 --order asc",
        "--action test.* --limit 300 --order asc",
        "--resource thing* --event-type certificate_rotated --outcome success --user system --limit 400",
        "--event-type gateway_started",
        "--event-type gateway_started --to 2020-01-01",
    })
    void givesOutTheSameLines(String conditions) {
        List<String> expected = fromFiles(conditions);
        assertEquals(ExitCode.DONE, run("audit query --server " + url() + " " + conditions), err::toString);
        assertEquals(expected, out.toString().lines().toList());
    }

    @Test
    void goesOnWhereItEnded() {
        assertEquals(ExitCode.DONE, run("audit query --server " + url() + " --action test.made --limit 300"));
        List<String> first = out.toString().lines().toList();
        String cursor = err.toString().replaceAll("(?s).*--cursor (\\S+).*", "$1");
        assertEquals(
                ExitCode.DONE,
                run("audit query --server " + url() + " --action test.made --limit 300 --cursor " + cursor));
        List<String> both = IntStream.range(0, RECORDS)
                .mapToObj(i ->
                        i < 300 ? first.get(i) : out.toString().lines().toList().get(i - 300))
                .toList();
        assertEquals(fromFiles("--action test.made --limit 600"), both);
    }

    @Test
    void printsATableForPeople() {
        terminal = true;
        environment.put("PAVISE_URL", url());
        assertEquals(ExitCode.DONE, run("audit query --action test.made --limit 2"), err::toString);
        List<String> lines = out.toString().lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.getFirst().startsWith("TIME"), out::toString);
        assertTrue(lines.get(1).contains("thing 599"), out::toString);
    }

    @Test
    void exportsAllLines() throws Exception {
        environment.put("PAVISE_URL", url());
        assertEquals(ExitCode.DONE, run("audit export --action test.made --output all.jsonl"), err::toString);
        assertEquals(
                fromFiles("--action test.made --order asc --limit 600"),
                Files.readAllLines(folder.resolve("all.jsonl")));
    }

    @Test
    void anExportEndsThoughItsOwnRequestsAreRecorded() throws Exception {
        assertEquals(ExitCode.DONE, run("audit export --server " + url() + " --output all.jsonl"), err::toString);
        assertTrue(Files.readAllLines(folder.resolve("all.jsonl")).size() >= RECORDS);
    }

    @Test
    void aNamedFolderCountsForMoreThanThePlaceInTheSurroundings() {
        environment.put("PAVISE_URL", "https://localhost:1");
        assertEquals(ExitCode.DONE, run("audit query --dir data/audit --limit 1"), err::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "audit query --server URL --dir data/audit | 2 | exclude each other",
                "audit export --server URL --format cef | 2 | only --format json",
                "audit export --server URL --resume --output x | 2 | from the beginning",
                "audit query --server https://localhost:1 | 1 | cannot be reached",
                "audit query --server nonsense | 2 | --server or PAVISE_URL",
                "audit verify --server URL | 2 | Unknown option",
            })
    void refuses(String line, int code, String told) {
        assertEquals(code, run(line.replace("URL", url())), err::toString);
        assertTrue(err.toString().contains(told), err::toString);
    }

    @Test
    void tellsWhatWasRefused() {
        environment.put("PAVISE_AUTH_TOKEN", "another-operator-token-0123456789");
        assertEquals(ExitCode.WANTING, run("audit query --server " + url()));
        assertTrue(err.toString().contains("refused was the token of PAVISE_AUTH_TOKEN"), err::toString);
    }
}
