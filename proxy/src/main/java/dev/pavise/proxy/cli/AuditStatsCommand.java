package dev.pavise.proxy.cli;

import dev.pavise.auditlog.index.AuditIndex;
import dev.pavise.auditlog.index.Chapter;
import dev.pavise.auditlog.query.AuditSearch;
import dev.pavise.auditlog.query.Summary;
import dev.pavise.auditlog.query.Visible;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise audit stats}. */
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        description =
                "Tells how many records there are, of whom and of what; how many were signed; what they take on the"
                        + " disk; and where the index stands.")
final class AuditStatsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AuditPlace place = new AuditPlace();

    @Mixin
    private AuditConditions conditions = new AuditConditions();

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many actors and event types to tell of (default: 10).")
    private int top = 10;

    @Option(
            names = {"--output", "--format"},
            paramLabel = "FORMAT",
            description = "text or json.")
    private @Nullable ResultFormat output;

    AuditStatsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        AuditPlace.Found found = place.find(surroundings);
        AuditSearch search = place.search(surroundings);
        Progress progress = new Progress(spec.commandLine().getErr(), search.size());
        Summary summary = search.summary(conditions.query(surroundings).build(), Visible.ALL, progress);
        progress.end();
        Map<String, Object> facts = facts(found, search.size(), summary);
        boolean text = ResultFormat.forPeople(output, surroundings);
        PrintWriter out = spec.commandLine().getOut();
        if (text) {
            print(facts, out);
        } else {
            out.println(JsonMapper.shared().writeValueAsString(facts));
        }
        return ExitCode.DONE;
    }

    private Map<String, Object> facts(AuditPlace.Found found, long size, Summary summary) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("records", summary.records());
        facts.put("bytes", summary.bytes());
        facts.put("first", summary.first());
        facts.put("last", summary.last());
        facts.put("size", size);
        AuditFolder folder = new AuditFolder(found.trail());
        signed(found, folder, facts);
        facts.put("segments", folder.segments().size());
        facts.put("disk_bytes", diskBytes(found.trail()));
        index(found, size, facts);
        facts.put("outcomes", summary.byOutcome());
        facts.put("event_types", first(summary.byEventType()));
        facts.put("actors", first(summary.byActor()));
        return facts;
    }

    /** By the anchor, which whoever can write the folder alone cannot change; else as the folder says. */
    private static void signed(AuditPlace.Found found, AuditFolder folder, Map<String, Object> facts)
            throws IOException {
        Path anchor = found.anchor();
        boolean anchored = anchor != null && Files.isReadable(anchor);
        Path note = anchored && anchor != null ? anchor : folder.checkpoint();
        facts.put("signed", Files.isReadable(note) ? size(note) : 0L);
        facts.put("signed_by", anchored ? "anchor" : "folder");
    }

    private static long size(Path note) throws IOException {
        String second = Files.readString(note).lines().skip(1).findFirst().orElse("");
        return second.matches("[0-9]{1,18}") ? Long.parseLong(second) : 0;
    }

    /** What the files have, sparse ones in full; those that go meanwhile do not count. */
    private static long diskBytes(Path dir) throws IOException {
        long[] sum = {0};
        Files.walkFileTree(dir, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }

    private static void index(AuditPlace.Found found, long size, Map<String, Object> facts) throws IOException {
        Optional<AuditIndex> index = AuditPlace.index(found);
        long usable = 0;
        if (index.isPresent()) {
            for (long number : index.get().numbers()) {
                Optional<Chapter> chapter = index.get().chapter(number);
                if (chapter.isPresent()) {
                    chapter.get().close();
                    usable++;
                }
            }
        }
        facts.put("index_chapters", usable);
        facts.put("index_of", size >> Chapter.HEIGHT);
        facts.put("index_checked", index.isPresent());
    }

    private Map<String, Long> first(Map<String, Long> counts) {
        Map<String, Long> some = new LinkedHashMap<>();
        counts.entrySet().stream().limit(Math.max(0, top)).forEach(each -> some.put(each.getKey(), each.getValue()));
        return some;
    }

    private static void print(Map<String, Object> facts, PrintWriter out) {
        out.println("records      " + facts.get("records") + " (" + facts.get("bytes") + " bytes of lines)");
        out.println("first        " + facts.get("first"));
        out.println("last         " + facts.get("last"));
        out.println("next number  " + facts.get("size"));
        out.println("signed       " + facts.get("signed")
                + ("anchor".equals(facts.get("signed_by"))
                        ? ", as the anchor says"
                        : ", as the folder says: there is no anchor at hand"));
        out.println("segments     " + facts.get("segments") + ", with all else " + facts.get("disk_bytes")
                + " bytes in files");
        out.println("index        "
                + (Boolean.TRUE.equals(facts.get("index_checked"))
                        ? facts.get("index_chapters") + " of " + facts.get("index_of")
                                + " chapters of 65536 records can be used"
                        : "cannot be checked without the gateway's signing key, and is not used"));
        table("OUTCOME", facts.get("outcomes"), out);
        table("EVENT TYPE", facts.get("event_types"), out);
        table("ACTOR", facts.get("actors"), out);
    }

    private static void table(String head, @Nullable Object counts, PrintWriter out) {
        if (counts instanceof Map<?, ?> rows && !rows.isEmpty()) {
            out.println();
            Columns columns = new Columns("RECORDS", head);
            rows.forEach((name, count) -> columns.row(String.valueOf(count), String.valueOf(name)));
            columns.print(out);
        }
    }
}
