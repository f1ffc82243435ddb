package dev.pavise.auditlog.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.export.AuditExport.Exported;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.AuditSearch;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AuditExportTest {
    private static final int REQUESTS = 30;

    @TempDir
    Path root;

    private AuditSettings settings;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Every fifth request has no outcome. A second start makes a second segment. */
    @BeforeEach
    void store() throws Exception {
        settings = Samples.settings(root);
        for (int part = 0; part < 2; part++) {
            try (AuditStore store = AuditStore.open(settings)) {
                for (int i = 0; i < REQUESTS; i++) {
                    String request = part + "-" + i;
                    Collected.append(store.log(), Samples.intent(i % 2 == 0 ? "key:build" : "operator", request));
                    if (i % 5 != 0) {
                        Collected.append(store.log(), Samples.outcome("operator", request));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void writesEachRecordOnALineInItsOrder(Format format) throws IOException, UnfitLineException {
        Exported exported = export(AuditQuery.builder(), format);
        assertEquals(AuditExport.of(settings.dir()).size(), exported.records());
        assertEquals(0, exported.flaws().count());
        List<AuditPage.Row> rows = rows(AuditQuery.builder());
        List<String> lines = lines();
        assertEquals(rows.size(), lines.size());
        Encoder encoder = format.encoder(Origin.of(settings.dir()));
        for (int i = 0; i < lines.size(); i++) {
            assertArrayEquals(encoder.encode(rows.get(i).line()), lines.get(i).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void writesWhatAQueryFinds() throws IOException {
        for (AuditQuery.Builder query : List.of(
                AuditQuery.builder().actor("build"),
                AuditQuery.builder().outcome("success"),
                AuditQuery.builder().outcome("unknown"),
                AuditQuery.builder().requestId("1-*"),
                AuditQuery.builder().outcome("unknown").actor("operator"),
                AuditQuery.builder().actor("nobody"))) {
            out.reset();
            export(query, Format.JSON);
            assertEquals(
                    rows(query).stream().map(AuditPage.Row::toString).toList(), lines(), () -> "query " + rows(query));
        }
        assertEquals(List.of(), lines());
    }

    @Test
    void namesTheRecordThatIsNoRecord() throws IOException {
        change("\"request_id\":\"0-7\"", "\"request_id\":\"0\n7\"");
        Exported exported = export(AuditQuery.builder(), Format.JSON);
        assertEquals(2, exported.flaws().count()); // intent and outcome
        assertTrue(
                exported.flaws()
                        .texts()
                        .getFirst()
                        .matches("record [0-9]+ is left out: a control character stands in it"),
                exported.flaws().texts()::toString);
        assertEquals(AuditExport.of(settings.dir()).size() - 2, lines().size());
    }

    @Test
    void namesWhatCannotBeRead() throws IOException {
        change("{\"id\":\"", "{\"ID\":\"");
        long size = AuditExport.of(settings.dir()).size();
        Exported exported = export(AuditQuery.builder().actor("nobody"), Format.CEF);
        assertTrue(exported.flaws().count() > 0, "nothing was told");
        assertTrue(
                exported.flaws().texts().getFirst().contains("a line that is no record"),
                exported.flaws().texts()::toString);
        assertTrue(size > 0);
    }

    @Test
    void namesASegmentThatIsGone() throws Exception {
        try (AuditStore store = AuditStore.open(settings)) {
            Collected.append(store.log(), Samples.intent("operator", "later"));
        }
        AuditFolder folder = new AuditFolder(settings.dir());
        Folders.delete(folder.segment(folder.segments().get(1)));
        Exported exported = export(AuditQuery.builder(), Format.JSON);
        assertEquals(1, exported.flaws().count());
        assertTrue(
                exported.flaws().texts().getFirst().matches("records [0-9]+ to [0-9]+ are missing"),
                exported.flaws().texts()::toString);
    }

    private Exported export(AuditQuery.Builder query, Format format) throws IOException {
        return AuditExport.of(settings.dir())
                .write(query.build(), format.encoder(Origin.of(settings.dir())), out, _ -> {});
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<AuditPage.Row> rows(AuditQuery.Builder query) {
        try {
            List<AuditPage.Row> rows = new ArrayList<>();
            AuditQuery.Builder next =
                    query.order(AuditQuery.Order.OLDEST_FIRST).limit(1000).cursor(null);
            AuditPage page = AuditSearch.offline(settings.dir()).page(next.build());
            rows.addAll(page.rows());
            assertTrue(page.next().isEmpty());
            return rows;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Changes what somebody who can write the folder can change, in the first segment. */
    private void change(String from, String to) throws IOException {
        AuditFolder folder = new AuditFolder(settings.dir());
        Path file = folder.queueFiles(folder.segments().getFirst()).getFirst();
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int most = from.startsWith("{") ? 3 : Integer.MAX_VALUE;
        for (int at = text.indexOf(from), n = 0; at >= 0 && n < most; at = text.indexOf(from, at + 1), n++) {
            System.arraycopy(to.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, at, to.length());
        }
        Files.write(file, bytes);
    }
}
