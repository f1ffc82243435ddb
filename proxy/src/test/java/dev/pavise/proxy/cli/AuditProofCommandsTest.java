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
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AuditProofCommandsTest {
    private static final Stored MUST = new Stored() {
        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {
            throw new AssertionError(why.toString());
        }
    };

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void someRecords() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        records();
        Files.copy(folder.resolve("data/audit/audit.pub"), folder.resolve("trusted.pub"));
    }

    private AuditSettings settings() {
        Path data = folder.resolve("data");
        return AuditSettings.of(data.resolve("audit"), data.resolve("keys/audit.key"), data.resolve("audit.anchor"))
                .withLowWater(0);
    }

    private void records() throws Exception {
        try (AuditStore store = AuditStore.open(settings())) {
            for (int i = 0; i < 12; i++) {
                store.log()
                        .append(
                                AuditRecord.ownEvent("config_change", "config.reload", "thing " + i)
                                        .build(),
                                MUST);
            }
        }
    }

    private String said(int code, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Surroundings here = new Surroundings(name -> null, folder, false, InstantSource.system());
        int ended = CommandTree.run(List.of(arguments), here, new PrintWriter(out, true), new PrintWriter(err, true));
        assertEquals(code, ended, () -> out + "\n" + err);
        return out.toString() + err;
    }

    private JsonNode json(int code, String... arguments) {
        return JsonMapper.shared().readTree(said(code, arguments));
    }

    @Test
    void provesARecordByItsIdToWhoeverHasTheKey() throws Exception {
        String record = said(0, "audit", "query", "--resource", "thing 7").strip();
        String id = JsonMapper.shared().readTree(record).path("id").asString();
        said(0, "audit", "prove", id, "--output", "seven.tlog-proof");
        String told = said(0, "audit", "verify-proof", "seven.tlog-proof", "--public-key", "trusted.pub");
        assertTrue(told.contains(record) && told.contains("record 8 (" + id + ")"), told);
        JsonNode facts =
                json(0, "audit", "verify-proof", "seven.tlog-proof", "--public-key", "trusted.pub", "--output", "json");
        assertEquals(record, facts.path("record").asString());
        Files.writeString(folder.resolve("printed"), said(0, "audit", "prove", "--seq", "8"));
        assertEquals(Files.readString(folder.resolve("seven.tlog-proof")), Files.readString(folder.resolve("printed")));
    }

    @Test
    void saysWhatIsWrongWithAProof() throws Exception {
        String proof = said(0, "audit", "prove", "--seq", "8");
        List<String> lines = proof.lines().toList();
        Files.writeString(folder.resolve("changed"), proof.replace(lines.get(4), lines.get(3)));
        JsonNode absent =
                json(1, "audit", "verify-proof", "changed", "--public-key", "trusted.pub", "--output", "json");
        assertFalse(absent.path("holds").asBoolean(true));
        assertEquals("record_absent", absent.path("code").asString());
        Files.writeString(folder.resolve("nothing"), "nothing\n");
        assertTrue(said(1, "audit", "verify-proof", "nothing", "--public-key", "trusted.pub")
                .contains("NOT proven: malformed"));
        assertTrue(said(1, "audit", "prove", "--seq", "999").contains("there is no record 999"));
        said(2, "audit", "prove");
        said(2, "audit", "prove", "--seq", "1", "--from", "trusted.pub");
        said(2, "audit", "verify-proof", "changed");
    }

    @Test
    void provesAndChecksTheGrowthOfTheLog() throws Exception {
        Files.copy(folder.resolve("data/audit.anchor"), folder.resolve("earlier"));
        records();
        said(0, "audit", "prove", "--from", "earlier", "-o", "growth");
        assertTrue(said(0, "audit", "verify-proof", "growth", "--public-key", "trusted.pub")
                .contains("goes on from that of 14"));
        String since = said(0, "audit", "verify", "--since", "earlier");
        assertTrue(since.contains("is whole") && since.contains("records before 14 were not read"), since);
    }

    @Test
    void rotatesTheKeyOfAStoppedGatewayOnly() throws Exception {
        try (AuditStore running = AuditStore.open(settings())) {
            assertTrue(said(1, "audit", "rotate-key").contains("in use by another gateway"));
            assertFalse(running.checkpoint().contains("nothing"));
        }
        said(2, "audit", "rotate-key", "--dir", "data/audit");
        JsonNode rotated = json(0, "audit", "rotate-key", "--output", "json");
        Files.writeString(folder.resolve("new.pub"), rotated.path("public_key").asString());
        records();
        assertTrue(said(0, "audit", "verify").contains("is whole"));
        assertTrue(said(0, "audit", "verify", "--public-key", "new.pub").contains("is whole"));
        String old = said(1, "audit", "verify", "--public-key", "trusted.pub");
        assertTrue(
                old.contains("in PART") && old.contains(rotated.path("new_key").asString()), old);
        assertEquals(
                "later_key",
                json(1, "audit", "verify", "--public-key", "trusted.pub", "--output", "json")
                        .path("findings")
                        .path(0)
                        .path("kind")
                        .asString());
    }

    @Test
    void tellsHowFarACheckIs() {
        StringWriter shown = new StringWriter();
        long[] now = {0};
        ProgressBar bar = new ProgressBar(new PrintWriter(shown), true, () -> now[0]);
        now[0] = 1_000_000_000L;
        bar.at(1000, 250_000_000, 1_000_000_000);
        bar.end();
        assertTrue(shown.toString().contains("25% 1000 records, 250 MB/s, 3 s left"), shown.toString());
    }
}
