package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditQuery;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise audit tail}. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description =
                "Prints the last records, oldest first, and with -f those that come, until it is stopped: over new"
                        + " segments and restarts of the gateway.")
final class AuditTail implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AuditSource source = new AuditSource();

    @Mixin
    private AuditConditions conditions = new AuditConditions();

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "10",
            description = "How many of those that are there (default: 10).")
    private int lines = 10;

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on with those that come.")
    private boolean follow;

    @Option(
            names = {"--output", "--format"},
            paramLabel = "FORMAT",
            description = "text or json.")
    private @Nullable ResultFormat output;

    AuditTail(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        if (lines < 0) {
            throw CommandFailure.misuse("--lines `" + lines + "` is less than 0");
        }
        boolean text = ResultFormat.forPeople(output, surroundings);
        AuditTable table = text ? new AuditTable(out()) : null;
        AuditDoor door = source.open(surroundings);
        AuditQuery.Builder query = conditions.query(surroundings);
        // What is new is told by its number, as clocks go back.
        long next = size(door);
        print(last(door, query, next), table);
        while (follow && !Thread.currentThread().isInterrupted()) {
            next = printFrom(door, query, next, table);
            pause(door);
        }
        return ExitCode.DONE;
    }

    /** The last of the first {@code end} records that match, oldest first. */
    private List<AuditDoor.Row> last(AuditDoor door, AuditQuery.Builder query, long end) throws IOException {
        List<AuditDoor.Row> rows = new ArrayList<>();
        query.order(AuditQuery.Order.NEWEST_FIRST).cursor(AuditQuery.cursor(end));
        boolean more = lines > 0;
        while (more) {
            AuditDoor.Page page = door.page(
                    query.limit(Math.min(lines - rows.size(), door.most())).build());
            rows.addAll(page.rows());
            Optional<String> next = page.next();
            more = next.isPresent() && rows.size() < lines;
            query.cursor(next.orElse(null));
        }
        return rows.reversed();
    }

    /** Prints what came since, and answers where to go on. */
    private long printFrom(AuditDoor door, AuditQuery.Builder query, long from, @Nullable AuditTable table)
            throws IOException {
        long end = size(door);
        if (end <= from) {
            return from;
        }
        query.order(AuditQuery.Order.OLDEST_FIRST)
                .cursor(AuditQuery.cursor(from))
                .limit(door.most());
        long reached = end;
        Optional<String> next;
        do {
            AuditDoor.Page page = door.page(query.build());
            print(page.rows(), table);
            if (!page.rows().isEmpty()) {
                // More may have come than there was when the end was looked for.
                reached = Math.max(reached, page.rows().getLast().seq() + 1);
            }
            next = page.next();
            query.cursor(next.orElse(null));
        } while (next.isPresent());
        return reached;
    }

    private void print(List<AuditDoor.Row> rows, @Nullable AuditTable table) {
        if (table != null) {
            table.rows(rows);
            return;
        }
        rows.forEach(row -> out().write(new String(row.line(), StandardCharsets.UTF_8) + "\n"));
        out().flush();
    }

    /** One more than the number of the newest record that may be seen. */
    private static long size(AuditDoor door) throws IOException {
        List<AuditDoor.Row> newest =
                door.page(AuditQuery.builder().limit(1).build()).rows();
        return newest.isEmpty() ? 0 : newest.getFirst().seq() + 1;
    }

    private static void pause(AuditDoor door) {
        try {
            Thread.sleep(door.pause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
