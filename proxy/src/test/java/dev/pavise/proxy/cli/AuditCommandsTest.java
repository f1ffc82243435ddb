package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Stored;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AuditCommandsTest {
    private static final int RECORDS = 12;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void store() throws Exception {
        Path data = folder.resolve("data");
        Files.createDirectories(data);
        AuditSettings settings = AuditSettings.of(
                        data.resolve("audit"), data.resolve("keys/audit.key"), data.resolve("audit.anchor"))
                .withLowWater(0);
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < RECORDS; i++) {
                store.log()
                        .append(
                                AuditRecord.ownEvent("config_change", "config.reload", "thing " + i)
                                        .build(),
                                new Expected());
            }
        }
    }

    @Test
    void printsStoredLinesWhereNobodyReads() throws Exception {
        assertEquals(ExitCode.DONE, run("audit", "query", "--event-type", "config_change"));

        List<JsonNode> records =
                out.toString().lines().map(JsonMapper.shared()::readTree).toList();
        assertEquals(RECORDS, records.size());
        assertEquals("thing 11", records.getFirst().get("resource").asString());
    }

    @Test
    void printsATableWhenAskedForText() {
        assertEquals(ExitCode.DONE, run("audit", "query", "--resource", "thing 3", "--output", "text"));

        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.get(0).startsWith("TIME"), out::toString);
        assertTrue(lines.get(1).endsWith("thing 3"), out::toString);
        assertEquals(2, lines.size());
    }

    @Test
    void goesOnWhereAPageEnded() {
        run("audit", "query", "--order", "asc", "--limit", "5", "--resource", "thing *");
        String told = err.toString().strip();
        assertTrue(told.startsWith("there are more: --cursor "), told);
        out.getBuffer().setLength(0);

        run(
                "audit",
                "query",
                "--order",
                "asc",
                "--limit",
                "100",
                "--resource",
                "thing *",
                "--cursor",
                told.substring(told.lastIndexOf(' ') + 1));

        assertEquals(RECORDS - 5, out.toString().lines().count());
    }

    @Test
    void findsByTime() {
        assertEquals(ExitCode.DONE, run("audit", "query", "--last", "1h", "--resource", "thing *"));
        assertEquals(RECORDS, out.toString().lines().count());
        out.getBuffer().setLength(0);

        assertEquals(ExitCode.DONE, run("audit", "query", "--to", "2020-01-01"));
        assertEquals("", out.toString());
    }

    @Test
    void exportsToAFileOfItsOwner() throws Exception {
        assertEquals(
                ExitCode.DONE,
                run("audit", "export", "--format", "json", "--output", "out.jsonl", "--from", "2020-01-01"));

        Path file = folder.resolve("out.jsonl");
        List<String> lines = Files.readAllLines(file);
        assertTrue(lines.size() >= RECORDS);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (Stream<Path> left = Files.list(folder)) {
            assertFalse(left.anyMatch(it -> it.toString().endsWith(".part")));
        }
    }

    @ParameterizedTest
    @CsvSource({"ocsf, class_uid", "cef, CEF:0|Pavise|Pavise|"})
    void exportsInFormsThatOthersRead(String format, String sign) throws Exception {
        assertEquals(
                ExitCode.DONE,
                run("audit", "export", "--format", format, "--output", "out", "--event-type", "config_change"));

        List<String> lines = Files.readAllLines(folder.resolve("out"));
        assertEquals(RECORDS, lines.size());
        assertTrue(lines.stream().allMatch(line -> line.contains(sign)), lines::toString);
    }

    @Test
    void goesOnWithAnExportOfTheSameAlone() throws Exception {
        run("audit", "export", "--output", "whole");
        Files.writeString(folder.resolve("part.part"), "torn");
        assertEquals(ExitCode.DONE, run("audit", "export", "--resume", "--output", "part"), err::toString);
        assertEquals(-1, Files.mismatch(folder.resolve("whole"), folder.resolve("part")));

        Files.writeString(folder.resolve("part.state"), "garbled");
        assertEquals(ExitCode.DONE, run("audit", "export", "--resume", "--output", "part"), err::toString);
        assertEquals(-1, Files.mismatch(folder.resolve("whole"), folder.resolve("part")));
        try (Stream<Path> left = Files.list(folder)) {
            assertFalse(left.anyMatch(it -> it.toString().matches(".*[.](part|state|new)")));
        }
    }

    @Test
    void namesWhatItCouldNotExport() throws Exception {
        change("\"thing 7\"", "\"thing\n7\"");
        assertEquals(ExitCode.WANTING, run("audit", "export", "--output", "out.jsonl"));
        assertEquals("pavise: record 8 is left out: a control character stands in it\n", err.toString());
    }

    @Test
    void exportsToNoFolderThatIsNotThere() {
        assertEquals(ExitCode.WANTING, run("audit", "export", "--output", "nowhere/out.jsonl"));
        assertEquals("pavise: there is no `" + folder.resolve("nowhere") + "`\n", err.toString());
    }

    @Test
    void verifiesWithTheGatewaysKeyAndAnchor() {
        assertEquals(ExitCode.DONE, run("audit", "verify"), err::toString);
        assertTrue(out.toString().contains("audit is whole"), out::toString);
        assertFalse(out.toString().contains("warning"), out::toString);
    }

    @Test
    void verifiesACopyAndSaysWhatItCouldNotTell() {
        assertEquals(ExitCode.DONE, run("audit", "verify", "--dir", "data/audit", "--output", "json"));

        JsonNode result = JsonMapper.shared().readTree(out.toString());
        assertTrue(result.get("whole").asBoolean());
        assertTrue(result.get("key_from_folder").asBoolean());
        assertFalse(result.get("anchored").asBoolean());
    }

    @Test
    void namesTheRecordThatWasChanged() throws Exception {
        change("thing 7", "thing 8");

        assertEquals(ExitCode.WANTING, run("audit", "verify", "--output", "json"));
        JsonNode result = JsonMapper.shared().readTree(out.toString());
        assertFalse(result.get("whole").asBoolean());
        assertEquals("changed", result.get("findings").get(0).get("kind").asString());
    }

    @Test
    void countsAndDraws() {
        assertEquals(ExitCode.DONE, run("audit", "query", "--event-type", "config_change", "--count"));
        assertEquals("{\"count\":" + RECORDS + "}\n", out.toString());
        out.getBuffer().setLength(0);

        run("audit", "query", "--event-type", "config_change", "--histogram", "1d");
        JsonNode histogram = JsonMapper.shared().readTree(out.toString());
        assertEquals(RECORDS, histogram.get("count").asInt());
        out.getBuffer().setLength(0);

        run("audit", "query", "--event-type", "config_change", "--histogram", "7d", "--output", "text");
        assertTrue(out.toString().contains("####"), out::toString);
        assertTrue(out.toString().endsWith(RECORDS + " records\n"), out::toString);
    }

    @Test
    void tellsOfTheWhole() {
        assertEquals(ExitCode.DONE, run("audit", "stats", "--top", "2"), err::toString);
        JsonNode stats = JsonMapper.shared().readTree(out.toString());
        assertEquals(RECORDS + 2, stats.get("records").asInt());
        assertEquals(RECORDS + 2, stats.get("signed").asInt());
        assertEquals("anchor", stats.get("signed_by").asString());
        assertTrue(stats.get("index_checked").asBoolean());
        assertEquals(RECORDS, stats.get("event_types").get("config_change").asInt());
        assertEquals(RECORDS + 2, stats.get("actors").get("system").asInt());
        out.getBuffer().setLength(0);

        assertEquals(ExitCode.DONE, run("audit", "stats", "--dir", "data/audit", "--output", "text"));
        assertTrue(out.toString().contains("cannot be checked without the gateway's signing key"), out::toString);
    }

    @Test
    void printsTheLastOnes() {
        assertEquals(ExitCode.DONE, run("audit", "tail", "-n", "3", "--event-type", "config_change"));
        List<String> resources = out.toString()
                .lines()
                .map(line -> JsonMapper.shared().readTree(line).get("resource").asString())
                .toList();
        assertEquals(List.of("thing 9", "thing 10", "thing 11"), resources);
    }

    @Test
    void followsOverRestarts() throws Exception {
        StringWriter told = new StringWriter();
        Surroundings here = new Surroundings(name -> null, folder, false, InstantSource.system());
        Thread tail = Thread.ofVirtual()
                .start(() -> CommandTree.run(
                        List.of("audit", "tail", "-f", "-n", "1", "--resource", "thing *"),
                        here,
                        new PrintWriter(told, true),
                        new PrintWriter(err, true)));
        await(() -> told.toString().contains("thing 11"));
        Path data = folder.resolve("data");
        for (int start = 0; start < 2; start++) {
            AuditSettings settings = AuditSettings.of(
                            data.resolve("audit"), data.resolve("keys/audit.key"), data.resolve("audit.anchor"))
                    .withLowWater(0);
            String fresh = "thing new " + start;
            try (AuditStore store = AuditStore.open(settings)) {
                store.log()
                        .append(
                                AuditRecord.ownEvent("config_change", "config.reload", fresh)
                                        .build(),
                                new Expected());
                await(() -> told.toString().contains(fresh));
            }
        }
        tail.interrupt();
        assertTrue(tail.join(Duration.ofSeconds(30)));
        assertEquals(3, told.toString().lines().count(), told::toString);
    }

    private static void await(BooleanSupplier so) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!so.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not come to be in half a minute");
            LockSupport.parkNanos(5_000_000);
        }
    }

    static Stream<List<String>> misuses() {
        return Stream.of(
                List.of("audit"),
                List.of("audit", "query", "--limit", "0"),
                List.of("audit", "query", "--limit", "many"),
                List.of("audit", "query", "--cursor", "nonsense"),
                List.of("audit", "query", "--last", "yesterday"),
                List.of("audit", "query", "--from", "noon"),
                List.of("audit", "query", "--to", "2026-13-01"),
                List.of("audit", "query", "--last", "1h", "--from", "2026-01-01"),
                List.of("audit", "query", "--outcome", "splendid"),
                List.of("audit", "query", "--dir", "data/audit", "--data-dir", "data"),
                List.of("audit", "query", "--nonsense"),
                List.of("audit", "query", "--count", "--limit", "3"),
                List.of("audit", "query", "--count", "--histogram", "1h"),
                List.of("audit", "query", "--histogram", "hourly"),
                List.of("audit", "query", "--histogram", "0s"),
                List.of("audit", "tail", "-n", "-1"),
                List.of("audit", "tail", "--cursor", "s1"),
                List.of("audit", "export", "--resume"),
                List.of("audit", "export", "--resume", "--output", "-"),
                List.of("audit", "export", "--format", "xml"));
    }

    @ParameterizedTest
    @MethodSource("misuses")
    void takesNonsenseAsMisuse(List<String> arguments) {
        assertEquals(ExitCode.MISUSE, run(arguments.toArray(new String[0])), err::toString);
        assertTrue(err.toString().startsWith("pavise: "), err::toString);
        assertEquals("", out.toString());
    }

    @Test
    void saysWhereItLookedInVain() {
        assertEquals(ExitCode.WANTING, run("audit", "verify", "--dir", "nowhere"));
        assertEquals(
                "pavise: there is no audit folder `" + folder.resolve("nowhere")
                        + "`; name it by --dir, --data-dir or --config\n",
                err.toString());
    }

    private void change(String text, String to) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder.resolve("data/audit"))) {
            files = all.filter(it -> it.toString().endsWith(".cq4")).toList();
        }
        int changed = 0;
        for (Path file : files) {
            String bytes = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
            changed += bytes.contains(text) ? 1 : 0;
            Files.writeString(file, bytes.replace(text, to), java.nio.charset.StandardCharsets.ISO_8859_1);
        }
        assertEquals(1, changed);
    }

    private int run(String... arguments) {
        Surroundings here = new Surroundings(name -> null, folder, false, InstantSource.fixed(Instant.now()));
        return CommandTree.run(List.of(arguments), here, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private static final class Expected implements Stored {
        private final List<AuditUnavailable> refused = new ArrayList<>();

        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {
            refused.add(why);
            throw new AssertionError(why.toString());
        }
    }
}
