package dev.pavise.k8s.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.control.ActionTaken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditJournalTest {
    private static final Act SCALE = new Act(
            "k8s.scale",
            Target.deployment("agents", "codetether"),
            "asked for 3 pods",
            "gateway:agents/codetether-1",
            Map.of("request_id", "r-1", "on_behalf_of", "jwt:corp:alice"));

    @TempDir
    Path folder;

    private AuditStore open() throws Exception {
        return AuditStore.open(
                AuditSettings.of(folder.resolve("audit"), folder.resolve("audit.key"), folder.resolve("audit.anchor"))
                        .withLowWater(0));
    }

    private static List<AuditPage.Row> rows(AuditStore store) throws IOException {
        return store.query(AuditQuery.builder()
                        .action("k8s.*")
                        .order(AuditQuery.Order.OLDEST_FIRST)
                        .build())
                .rows();
    }

    @Test
    void storesTheIntentBeforeAndTheOutcomeAfter() throws Exception {
        try (AuditStore store = open()) {
            Journal.Begun begun = new AuditJournal(store).begin(SCALE);
            List<AuditPage.Row> before = rows(store);
            assertEquals(1, before.size());
            assertTrue(before.getFirst().open(), "what has no outcome is unknown");
            begun.done(Map.of("from", "1", "to", "3"));
            List<AuditPage.Row> after = rows(store);
            assertEquals(2, after.size());
            assertFalse(after.getFirst().open());
            String outcome = after.getLast().toString();
            for (String part : List.of(
                    "\"phase\":\"outcome\"",
                    "\"outcome\":\"success\"",
                    "\"actor\":\"gateway:agents/codetether-1\"",
                    "\"resource\":\"Deployment agents/codetether\"",
                    "\"on_behalf_of\":\"jwt:corp:alice\"",
                    "\"to\":\"3\"")) {
                assertTrue(outcome.contains(part), outcome);
            }
        }
    }

    @Test
    void tellsAFailureWithItsReason() throws Exception {
        try (AuditStore store = open()) {
            new AuditJournal(store).begin(SCALE).failed("the API server answers 409");
            String outcome = rows(store).getLast().toString();
            assertTrue(outcome.contains("\"outcome\":\"failure\""), outcome);
            assertTrue(outcome.contains("\"detail\":\"the API server answers 409\""), outcome);
        }
    }

    @Test
    void keepsTheActsOfOneRequestApartAndFindsThemTogether() throws Exception {
        try (AuditStore store = open()) {
            AuditJournal journal = new AuditJournal(store);
            journal.begin(SCALE).done(Map.of());
            Journal.Begun open = journal.begin(SCALE);
            List<AuditPage.Row> found = store.query(AuditQuery.builder()
                            .requestId("r-1/*")
                            .order(AuditQuery.Order.OLDEST_FIRST)
                            .build())
                    .rows();
            assertEquals(3, found.size());
            assertTrue(found.getLast().open(), "the outcome of the first is not that of the second");
            open.failed("");
        }
    }

    @Test
    void showsWhatAFormerRunLeftUnfinishedAsUnknown() throws Exception {
        try (AuditStore store = open()) {
            var _ = new AuditJournal(store).begin(SCALE);
        }
        try (AuditStore store = open()) {
            assertTrue(rows(store).getFirst().open());
        }
    }

    @Test
    void refusesToBeginWhatCannotBeRecorded() throws Exception {
        AuditStore store = open();
        store.close();
        IOException refused = assertThrows(IOException.class, () -> new AuditJournal(store).begin(SCALE));
        assertTrue(refused.getMessage().contains("closed"), refused.getMessage());
    }

    @Test
    void recordsWhatWasFoundAsAnEvent() throws Exception {
        try (AuditStore store = open()) {
            new AuditJournal(store)
                    .found(new Act(
                            "k8s.inject", new Target("Pod", "agents", "a-1"), "came up", Act.SYSTEM, Map.of("x", "y")));
            String event = rows(store).getFirst().toString();
            assertTrue(event.contains("\"phase\":\"event\"") && event.contains("\"actor\":\"system\""), event);
        }
    }

    @Test
    void tellsALaterRunWhatWasDone() throws Exception {
        Act evict = new Act(
                "k8s.evict",
                new Target("Pod", "agents", "codetether-1"),
                "crash loop",
                Act.SYSTEM,
                Map.of("deployment", "Deployment agents/codetether"));
        try (AuditStore store = open()) {
            AuditJournal journal = new AuditJournal(store);
            journal.begin(SCALE).done(Map.of());
            journal.begin(evict).failed("refused");
            var _ = journal.begin(SCALE);
        }
        try (AuditStore store = open()) {
            List<ActionTaken> told = History.read(store).of(Target.deployment("agents", "codetether"));
            assertEquals(
                    List.of("k8s.scale unknown", "k8s.evict failure", "k8s.scale success"),
                    told.stream()
                            .map(each -> each.action() + " " + each.outcome())
                            .toList());
            assertEquals("refused", told.get(1).detail());
            assertEquals("crash loop", told.get(1).reason());
            assertEquals(List.of(), History.read(store).of(Target.deployment("agents", "other")));
        }
    }
}
