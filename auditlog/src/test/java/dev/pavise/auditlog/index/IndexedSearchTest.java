package dev.pavise.auditlog.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.index.IndexKey.Standing;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.AuditQuery.Order;
import dev.pavise.auditlog.query.AuditSearch;
import dev.pavise.auditlog.query.Histogram;
import dev.pavise.auditlog.query.Visible;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the index must never change: the answer. */
class IndexedSearchTest {
    private static final int CHAPTERS = IndexedLog.RECORDS >> Chapter.HEIGHT;

    @TempDir
    static Path root;

    @TempDir
    Path own;

    @SuppressWarnings("NullAway.Init")
    private static IndexedLog log;

    @SuppressWarnings("NullAway.Init")
    private static Model model;

    @BeforeAll
    static void fill() throws Exception {
        log = new IndexedLog(root);
        try (AuditStore store = AuditStore.open(log.settings())) {
            log.write(store.log(), IndexedLog.RECORDS);
            Deadline.until(() -> store.index().chapters() == CHAPTERS);
            assertEquals(CHAPTERS << Chapter.HEIGHT, store.index().indexed());
        }
        model = Model.of(log.folder());
    }

    private static void assertAnswers(AuditSearch search, int queries, int seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < queries; i++) {
            Model.Asked asked = model.ask(random);
            for (Order order : Order.values()) {
                List<Long> expected = order == Order.OLDEST_FIRST
                        ? asked.found()
                        : asked.found().reversed();
                assertSame(expected, all(search, asked.query(), order, expected.size()), asked);
            }
            if (i % 5 == 0) {
                assertEquals(asked.found().size(), search.count(asked.query().build(), Visible.ALL), asked::toString);
            }
        }
    }

    private static void assertSame(List<Long> expected, List<Long> found, Object what) {
        if (!expected.equals(found)) {
            List<Long> missing = new ArrayList<>(expected);
            missing.removeAll(found);
            List<Long> surplus = new ArrayList<>(found);
            surplus.removeAll(expected);
            fail(what + ": missing " + first(missing) + ", surplus " + first(surplus));
        }
    }

    private static List<Long> first(List<Long> some) {
        return some.subList(0, Math.min(some.size(), 10));
    }

    /** All rows, by pages of some size. */
    private static List<Long> all(AuditSearch search, AuditQuery.Builder query, Order order, int expected)
            throws IOException {
        query.order(order).cursor(null).limit(Math.clamp(expected * 2L / 3, 100, 1000));
        List<Long> found = new ArrayList<>();
        AuditPage page = search.page(query.build());
        page.rows().forEach(row -> found.add(row.seq()));
        while (page.next().isPresent()) {
            page = search.page(query.cursor(page.next().get()).build());
            page.rows().forEach(row -> found.add(row.seq()));
        }
        return found;
    }

    @Test
    void answersAsReadingAllDoes() throws Exception {
        assertAnswers(AuditSearch.offline(log.settings().dir(), log.index(log.folder())), 60, 1);
    }

    @Test
    void answersWithoutAnIndex() throws Exception {
        assertAnswers(AuditSearch.offline(log.settings().dir()), 4, 2);
    }

    @Test
    void isSmall() throws Exception {
        long size = 0;
        for (long number : log.index(log.folder()).numbers()) {
            size += Files.size(AuditIndex.file(log.folder(), number, Standing.SEALED));
        }
        assertTrue(
                size * 20 < model.bytes() * CHAPTERS * Chapter.RECORDS / IndexedLog.RECORDS,
                size + " bytes of index for " + model.bytes());
    }

    @Test
    void leavesNothingOutWhateverIsDoneToIt() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 5; round++) {
            AuditFolder folder = copyOfIndex("round" + round);
            for (int damage = 0; damage < 4; damage++) {
                damage(folder, random);
            }
            assertAnswers(new Aside(folder).search(), 4, 100 + round);
        }
    }

    private void damage(AuditFolder folder, SplittableRandom random) throws IOException {
        long number = random.nextInt(CHAPTERS);
        Path file = AuditIndex.file(folder, number, Standing.SEALED);
        Path other = AuditIndex.file(folder, (number + 1) % CHAPTERS, Standing.SEALED);
        if (!Files.exists(file)) {
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> Files.delete(file);
            case 1 -> flip(file, random.nextLong(Math.max(1, Files.size(file))));
            case 2 -> cut(file, random.nextLong(Files.size(file) + 1));
            case 3 -> Files.copy(file, other, StandardCopyOption.REPLACE_EXISTING);
            case 4 -> swapPages(file, random);
            default -> Files.write(file, new byte[random.nextInt(20_000)]);
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 0x10);
        }
    }

    private static void cut(Path file, long length) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(length);
        }
    }

    private static void swapPages(Path file, SplittableRandom random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int pages = bytes.length / Pages.PAGE;
        if (pages > 2) {
            System.arraycopy(bytes, Pages.PAGE, bytes, (1 + random.nextInt(pages - 1)) * Pages.PAGE, Pages.PAGE);
            Files.write(file, bytes);
        }
    }

    @Test
    void believesNoIndexOfAnotherKeyNorADraft() throws Exception {
        AuditIndex foreign = new AuditIndex(log.folder(), IndexKey.of(SigningKey.generate()));
        assertTrue(foreign.chapter(0).isEmpty());
        assertAnswers(AuditSearch.offline(log.settings().dir(), foreign), 4, 5);

        AuditFolder folder = copyOfIndex("drafts");
        Files.move(AuditIndex.file(folder, 1, Standing.SEALED), AuditIndex.file(folder, 1, Standing.DRAFT));
        assertTrue(log.index(folder).open(1, Standing.DRAFT).isEmpty());
    }

    @Test
    void isBuiltAgainWhereItIsMissingOrDamaged() throws Exception {
        Path dir = copyOfLog("rebuilt");
        AuditFolder folder = new AuditFolder(dir);
        Files.delete(AuditIndex.file(folder, 0, Standing.SEALED));
        flip(AuditIndex.file(folder, 2, Standing.SEALED), 30_000);
        AuditIndex index = log.index(folder);
        Indexer indexer = log.indexer(folder, index);
        indexer.follow();
        assertEquals(CHAPTERS, indexer.state().chapters());
        for (long number = 0; number < CHAPTERS; number++) {
            Optional<Chapter> chapter = index.chapter(number);
            assertTrue(chapter.isPresent());
            try (Chapter open = chapter.get()) {
                assertEquals(number << Chapter.HEIGHT, open.start());
                assertTrue(open.content().length > 0);
            }
        }
        assertAnswers(AuditSearch.offline(dir, index), 8, 6);
    }

    @Test
    void isBuiltAgainWhileItIsUsed() throws Exception {
        Path dir = copyOfLog("used");
        AuditFolder folder = new AuditFolder(dir);
        AuditIndex index = log.index(folder);
        Indexer indexer = log.indexer(folder, index);
        indexer.follow();
        flip(AuditIndex.file(folder, 1, Standing.SEALED), 100);
        Files.delete(AuditIndex.file(folder, 0, Standing.SEALED));
        assertAnswers(AuditSearch.offline(dir, index), 2, 7);
        indexer.follow();
        assertTrue(index.chapter(0).isPresent());
        assertTrue(index.chapter(1).isPresent());
    }

    /** Whoever changes a record while the index is built, and changes it back, does not make the index leave it out. */
    @Test
    void findsWhatWasHiddenWhileItWasBuilt() throws Exception {
        Path dir = copyOfLog("hidden");
        AuditFolder folder = new AuditFolder(dir);
        Folders.delete(folder.index());
        String actor = model.text(70_000, "actor");
        Path queue = change(folder, model.text(70_000), actor, "x".repeat(actor.length()));
        AuditIndex index = log.index(folder);
        Indexer indexer = log.indexer(folder, index);
        indexer.follow();
        assertEquals(CHAPTERS, indexer.state().chapters());
        Files.copy(log.folder().dir().resolve(dir.relativize(queue)), queue, StandardCopyOption.REPLACE_EXISTING);

        List<Long> found = all(
                AuditSearch.offline(dir, index),
                AuditQuery.builder().actor(actor).requestId(model.text(70_000, "request_id")),
                Order.NEWEST_FIRST,
                10);
        assertTrue(found.contains(70_000L), found::toString);
    }

    @Test
    void indexesNothingThatDoesNotGiveTheSignedRoot() throws Exception {
        Path dir = copyOfLog("unsigned");
        AuditFolder folder = new AuditFolder(dir);
        Folders.delete(folder.index());
        change(folder, model.text(150), "\"outcome\"", "\"0utcome\"");
        flip(folder.leaves(), 150 * 32);
        AuditIndex index = log.index(folder);
        Indexer indexer = log.indexer(folder, index);
        for (int i = 0; i < 4; i++) {
            indexer.follow();
        }
        assertTrue(indexer.state().isGivenUp());
        assertTrue(index.numbers().isEmpty());
        assertFalse(Files.exists(AuditIndex.file(folder, 0, Standing.DRAFT)));
    }

    /** Changes part of a line in its queue file, and answers which file it is. */
    private static Path change(AuditFolder folder, String line, String part, String to) throws IOException {
        try (Stream<Path> all = Files.walk(folder.dir())) {
            for (Path file :
                    all.filter(each -> each.toString().endsWith(".cq4")).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                int at = bytes.indexOf(line);
                if (at >= 0) {
                    String changed = line.replace(part, to);
                    assertEquals(line.length(), changed.length());
                    Files.writeString(
                            file,
                            bytes.substring(0, at) + changed + bytes.substring(at + line.length()),
                            StandardCharsets.ISO_8859_1);
                    return file;
                }
            }
        }
        throw new AssertionError("the line is not there");
    }

    @Test
    void addsUpByTimeAndOutcome() throws Exception {
        AuditSearch search = AuditSearch.offline(log.settings().dir(), log.index(log.folder()));
        for (Duration bucket : List.of(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofSeconds(7))) {
            AuditQuery query = AuditQuery.builder().resource("/agents/1*").build();
            Histogram histogram = search.histogram(query, Visible.ALL, bucket);
            assertEquals(model.histogram("/agents/1", bucket), histogram.bars());
            assertEquals(
                    histogram.total(),
                    histogram.bars().stream().mapToLong(Histogram.Bar::total).sum());
        }
    }

    @Test
    void showsOnlyWhatMayBeSeen() throws Exception {
        AuditSearch search = AuditSearch.offline(log.settings().dir(), log.index(log.folder()));
        Visible odd = line -> {
            String text = new String(line, StandardCharsets.UTF_8);
            if (text.contains("user7\"")) {
                throw new IllegalStateException("unclear");
            }
            return text.contains("user9\"");
        };
        AuditQuery query = AuditQuery.builder().limit(1000).build();
        long expected = model.count(text -> text.contains("user9\""));
        assertEquals(expected, search.count(query, odd));
        List<AuditPage.Row> rows = new ArrayList<>();
        assertTrue(search.stream(query, odd, row -> rows.add(row)).isEmpty());
        assertEquals(expected, rows.size());
        assertTrue(rows.stream().allMatch(row -> row.toString().contains("user9\"")));
    }

    @Test
    void goesOnWhereASinkWantedNoMore() throws Exception {
        AuditSearch search = AuditSearch.offline(log.settings().dir(), log.index(log.folder()));
        for (Order order : Order.values()) {
            AuditQuery.Builder query = AuditQuery.builder().order(order).actor("user12");
            List<Long> found = new ArrayList<>();
            Optional<String> next = Optional.of("");
            while (next.isPresent()) {
                int until = found.size() + 7;
                next = search.stream(query.build(), Visible.ALL, row -> {
                    found.add(row.seq());
                    return found.size() < until;
                });
                query.cursor(next.orElse(null));
            }
            List<Long> expected = model.seqs(record -> record.actor().endsWith(":user12"));
            assertSame(order == Order.OLDEST_FIRST ? expected : expected.reversed(), found, order);
        }
    }

    @Test
    void keepsItsPlaceWhileRecordsComeIn() throws Exception {
        Path home = own.resolve("live");
        Files.createDirectories(home);
        IndexedLog living = new IndexedLog(home);
        try (AuditStore store = AuditStore.open(living.settings())) {
            living.write(store.log(), 70_000);
            Deadline.until(() -> store.index().chapters() == 1);
            AuditQuery.Builder query =
                    AuditQuery.builder().limit(9).actor("user3*").from(Instant.EPOCH);
            long size = store.stats().size();
            List<Long> expected = new ArrayList<>();
            store.search().stream(query.order(Order.NEWEST_FIRST).build(), Visible.ALL, row -> expected.add(row.seq()));
            List<Long> found = new ArrayList<>();
            AuditPage page = store.search().page(query.build());
            while (page.next().isPresent()) {
                page.rows().forEach(row -> found.add(row.seq()));
                living.write(store.log(), 20);
                page = store.search().page(query.cursor(page.next().get()).build());
            }
            page.rows().forEach(row -> found.add(row.seq()));
            assertSame(expected, found, "pages");
            assertTrue(store.stats().size() > size);
        }
    }

    // ---- a log with another index beside it

    /** The log's folder with an index that lies elsewhere, so that it need not be copied. */
    private record Aside(AuditFolder folder) {
        AuditSearch search() throws Exception {
            return AuditSearch.offline(log.settings().dir(), log.index(folder));
        }
    }

    private AuditFolder copyOfIndex(String name) throws IOException {
        Path dir = own.resolve(name);
        Files.createDirectories(dir);
        AuditFolder folder = new AuditFolder(dir);
        Folders.copy(log.folder().index(), folder.index());
        return folder;
    }

    private Path copyOfLog(String name) throws IOException {
        Path dir = own.resolve(name);
        Folders.copy(log.settings().dir(), dir);
        return dir;
    }
}
