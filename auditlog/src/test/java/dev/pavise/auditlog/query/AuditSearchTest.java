package dev.pavise.auditlog.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.query.AuditQuery.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AuditSearchTest {
    @TempDir
    static Path root;

    private static AuditSettings settings = Samples.settings(Path.of("unset"));
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    /** 0 opened; 1 to 8 below; then many of no interest; then closed. */
    @BeforeAll
    static void fill() throws IOException {
        AtomicLong seconds = new AtomicLong();
        settings = Samples.settings(root).withClock(() -> START.plusSeconds(seconds.get()));
        try (AuditStore store = AuditStore.open(settings)) {
            List<AuditRecord> records = List.of(
                    Samples.intent("jwt:corp:alice", "r1"),
                    Samples.outcome("jwt:corp:alice", "r1"),
                    Samples.intent("key:alice", "r2"),
                    Samples.record(Phase.OUTCOME, Outcome.DENIED, "jwt:corp:alice2", "r3"),
                    AuditRecord.ownEvent("config_change", "config.reload", "pavise.yaml")
                            .build(),
                    AuditRecord.of(Phase.OUTCOME, "cert:spiffe://a/b", "tool.execute", "q\"uote\n")
                            .outcome(Outcome.ERROR)
                            .ip("2001:db8::1")
                            .sessionId("session-2")
                            .metadata("actor", "jwt:corp:mallory")
                            .build(),
                    Samples.record(Phase.EVENT, Outcome.UNKNOWN, "jwt:corp:bob", "r4"),
                    Samples.record(Phase.END, Outcome.SUCCESS, "jwt:corp:alice", "r1"));
            for (AuditRecord record : records) {
                seconds.incrementAndGet();
                Collected.append(store.log(), record);
            }
            seconds.incrementAndGet();
            for (int i = 0; i < 1200; i++) {
                Collected.append(store.log(), Samples.outcome("key:crowd", "c" + i));
            }
        }
    }

    static Stream<Arguments> conditions() {
        return Stream.of(
                Arguments.of("whole actor", ask(q -> q.actor("jwt:corp:alice")), Set.of(1L, 2L, 8L)),
                Arguments.of("bare actor", ask(q -> q.actor("alice")), Set.of(1L, 2L, 3L, 8L)),
                Arguments.of("start of a bare actor", ask(q -> q.actor("alice*")), Set.of(1L, 2L, 3L, 4L, 8L)),
                Arguments.of("start of an actor", ask(q -> q.actor("jwt:corp:ali*")), Set.of(1L, 2L, 4L, 8L)),
                Arguments.of("an actor of the metadata", ask(q -> q.actor("mallory")), Set.of()),
                Arguments.of("bare actor with slashes", ask(q -> q.actor("cert:spiffe://a/b")), Set.of(6L)),
                Arguments.of("action", ask(q -> q.action("tool.*")), Set.of(6L)),
                Arguments.of("resource to be escaped", ask(q -> q.resource("q\"uote\n")), Set.of(6L)),
                Arguments.of("outcome", ask(q -> q.outcome("denied")), Set.of(4L)),
                Arguments.of("what became of it is unknown", ask(q -> q.outcome("unknown")), Set.of(3L, 7L)),
                Arguments.of("event type", ask(q -> q.eventType("config_change")), Set.of(5L)),
                Arguments.of("session", ask(q -> q.sessionId("session-2")), Set.of(6L)),
                Arguments.of("request", ask(q -> q.requestId("r1")), Set.of(1L, 2L, 8L)),
                Arguments.of("address", ask(q -> q.ip("2001:db8:*")), Set.of(6L)),
                Arguments.of("from and to", ask(q -> q.from(at(2)).to(at(4))), Set.of(2L, 3L)),
                Arguments.of("two conditions", ask(q -> q.actor("alice").outcome("success")), Set.of(2L, 8L)),
                Arguments.of("nothing like it", ask(q -> q.actor("nobody")), Set.of()));
    }

    private static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    private static Consumer<AuditQuery.Builder> ask(Consumer<AuditQuery.Builder> conditions) {
        return conditions;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("conditions")
    void findsWhatMatchesAndNothingElse(String name, Consumer<AuditQuery.Builder> conditions, Set<Long> expected)
            throws IOException {
        for (Order order : Order.values()) {
            for (int limit : new int[] {1, 2, 1000}) {
                AuditQuery.Builder query = AuditQuery.builder().order(order).limit(limit);
                conditions.accept(query);
                List<Long> found = all(query);
                assertEquals(new TreeSet<>(expected), new TreeSet<>(found), name);
                assertEquals(expected.size(), found.size());
                List<Long> sorted = found.stream().sorted().toList();
                assertEquals(order == Order.OLDEST_FIRST ? sorted : sorted.reversed(), found);
            }
        }
    }

    private static List<Long> all(AuditQuery.Builder query) throws IOException {
        AuditSearch search = AuditSearch.offline(settings.dir());
        List<Long> found = new ArrayList<>();
        AuditPage page = search.page(query.build());
        page.rows().forEach(row -> found.add(row.seq()));
        while (page.next().isPresent()) {
            page = search.page(query.cursor(page.next().get()).build());
            page.rows().forEach(row -> found.add(row.seq()));
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource(Order.class)
    void givesEveryRecordOnceOverPages(Order order) throws IOException {
        List<Long> found = all(AuditQuery.builder().order(order).limit(7));
        List<Long> expected = LongStream.range(0, 1210).boxed().toList();
        assertEquals(order == Order.OLDEST_FIRST ? expected : expected.reversed(), found);
    }

    @Test
    void showsIntentsWithoutOutcomeAsOpen() throws IOException {
        AuditPage page = AuditSearch.offline(settings.dir())
                .page(AuditQuery.builder().actor("alice").build());
        List<Long> open = page.rows().stream()
                .filter(AuditPage.Row::open)
                .map(AuditPage.Row::seq)
                .toList();
        assertEquals(List.of(3L), open);
    }

    @Test
    void findsTheSameWithoutItsHints() throws IOException {
        Path copy = root.resolve("copy");
        dev.pavise.auditlog.Folders.copy(settings.dir(), copy);
        Files.delete(copy.resolve("blocks"));
        Files.delete(copy.resolve("leaves"));
        AuditPage page = AuditSearch.offline(copy)
                .page(AuditQuery.builder().actor("alice").build());
        assertEquals(4, page.rows().size());
    }

    @Test
    void refusesCursorsAndLimitsThatAreNone() {
        for (String cursor : new String[] {"", "s", "s-1", "7", "s99999999999999999999"}) {
            assertThrows(
                    IllegalArgumentException.class, () -> AuditQuery.builder().cursor(cursor));
        }
        for (int limit : new int[] {-1, 0, AuditQuery.MAX_LIMIT + 1}) {
            assertThrows(
                    IllegalArgumentException.class, () -> AuditQuery.builder().limit(limit));
        }
        assertTrue(AuditQuery.parseCursor("s12").isPresent());
    }
}
