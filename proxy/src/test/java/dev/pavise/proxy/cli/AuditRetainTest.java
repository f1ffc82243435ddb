package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Stored;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AuditRetainTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Three runs, 200, 100 and 10 days ago: records 0 to 6, 7 to 13, 14 to 20. */
    @BeforeEach
    void store() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        for (int daysAgo : new int[] {200, 100, 10}) {
            try (AuditStore store = open(NOW.minus(Duration.ofDays(daysAgo)))) {
                for (int i = 0; i < 5; i++) {
                    store.log()
                            .append(
                                    AuditRecord.ownEvent("config_change", "config.reload", "thing " + i)
                                            .build(),
                                    new Expected());
                }
            }
        }
    }

    private AuditStore open(Instant now) throws IOException {
        Path data = folder.resolve("data");
        return AuditStore.open(
                AuditSettings.of(data.resolve("audit"), data.resolve("keys/audit.key"), data.resolve("audit.anchor"))
                        .withLowWater(0)
                        .withClock(InstantSource.fixed(now)));
    }

    @Test
    void removesWhatIsOlderThanTheUsual() {
        assertEquals(ExitCode.DONE, run("audit", "retain"));
        assertTrue(out.toString().startsWith("records 0 to 6 were removed (age): 1 segments, "), out.toString());
        assertEquals(ExitCode.DONE, run("audit", "verify"), out.toString() + err);
        assertEquals(ExitCode.DONE, run("audit", "query", "--event-type", "audit_cut"));
        assertTrue(out.toString().contains("\"from\":0,\"to\":6,\"reason\":\"age\""), out.toString());
        assertEquals(ExitCode.DONE, run("audit", "retain"));
        assertEquals("nothing is to be removed\n", out.toString());
    }

    @Test
    void showsWhatWouldGo() throws Exception {
        assertEquals(ExitCode.DONE, run("audit", "retain", "--dry-run", "--days", "5", "--output", "json"));
        JsonNode facts = JsonMapper.shared().readTree(out.toString());
        assertFalse(facts.get("removed").asBoolean());
        // The newest segment never goes, however old, and the one before was left when that began.
        assertEquals(13, facts.get("to").asInt());
        assertEquals(2, facts.get("segments").asInt());
        assertEquals(ExitCode.DONE, run("audit", "retain", "--dry-run", "--max-size", "1B"));
        assertTrue(out.toString().contains("would be removed (size)"), out.toString());
        assertFalse(Files.exists(folder.resolve("data/audit/cut")));
    }

    @Test
    void removesNothingBesideAGateway() throws Exception {
        try (AuditStore store = open(NOW)) {
            assertEquals(ExitCode.WANTING, run("audit", "retain", "--output", "json"));
            JsonNode facts = JsonMapper.shared().readTree(out.toString());
            assertFalse(facts.get("removed").asBoolean());
            assertTrue(facts.get("refused").asString().contains("in use by another gateway"), out.toString());
            assertEquals(6, facts.get("to").asInt());
            assertEquals(0, store.stats().firstSeq());
            assertEquals(ExitCode.WANTING, run("audit", "retain"));
            assertTrue(err.toString().contains("nothing was removed: audit folder"), err.toString());
        }
    }

    @Test
    void refusesWhatIsNoAgeAndNoSize() {
        assertEquals(ExitCode.MISUSE, run("audit", "retain", "--days", "0"));
        assertEquals(ExitCode.MISUSE, run("audit", "retain", "--max-size", "0"));
        assertEquals(ExitCode.MISUSE, run("audit", "retain", "--max-size", "much"));
        assertEquals(ExitCode.MISUSE, run("audit", "retain", "--dir", "data/audit"));
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Surroundings surroundings = new Surroundings(name -> null, folder, false, InstantSource.fixed(NOW));
        return CommandTree.run(
                List.of(arguments), surroundings, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private static final class Expected implements Stored {
        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {
            throw new AssertionError(why.toString());
        }
    }
}
