package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.Histogram;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code pavise audit query}. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        description = "Prints records: a table on a terminal, else the stored lines.",
        footer = {
            "",
            "Reads what the index says can matter, where the gateway's signing key is at hand (--config, --data-dir). The index"
                    + " of a bare folder (--dir) cannot be believed without that key: then every record is read."
        })
final class AuditQueryCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AuditSource source = new AuditSource();

    @Mixin
    private AuditConditions conditions = new AuditConditions();

    @Option(names = "--order", paramLabel = "ORDER", description = "desc (newest first, default) or asc.")
    private @Nullable Order order;

    @Option(names = "--limit", paramLabel = "N", description = "How many at most (default: 100).")
    private @Nullable Integer limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Goes on where an earlier query ended.")
    private @Nullable String cursor;

    @Option(names = "--count", description = "Prints how many there are, and no records.")
    private boolean count;

    @Option(
            names = "--histogram",
            paramLabel = "SPAN",
            description =
                    "Prints how many there are in each span of time (60s, 15m, 1h, 1d): a bar chart on a terminal,"
                            + " else JSON.")
    private @Nullable String histogram;

    @Option(
            names = {"--output", "--format"},
            paramLabel = "FORMAT",
            description = "text or json.")
    private @Nullable ResultFormat output;

    private enum Order {
        ASC,
        DESC
    }

    AuditQueryCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        check();
        AuditQuery.Builder query = conditions
                .query(surroundings)
                .order(order == Order.ASC ? AuditQuery.Order.OLDEST_FIRST : AuditQuery.Order.NEWEST_FIRST)
                .cursor(cursor);
        AuditDoor door = source.open(surroundings);
        if (histogram != null) {
            chart(door, query.build(), histogram);
        } else if (count) {
            long found = door.count(query.build());
            out().println(isText() ? Long.toString(found) : "{\"count\":" + found + "}");
        } else {
            rows(door, query, limit == null ? 100 : limit);
        }
        return ExitCode.DONE;
    }

    private void check() {
        if (limit != null && limit < 1) {
            throw CommandFailure.misuse("--limit `" + limit + "` is not a number above 0");
        }
        if (cursor != null && AuditQuery.parseCursor(cursor).isEmpty()) {
            throw CommandFailure.misuse("--cursor `" + cursor + "` is not what an earlier query printed");
        }
        if (count && histogram != null) {
            throw CommandFailure.misuse("--histogram counts as well, so leave --count out");
        }
        if ((count || histogram != null) && (limit != null || cursor != null || order != null)) {
            throw CommandFailure.misuse("--limit, --cursor and --order go with records, not with figures");
        }
    }

    private boolean isText() {
        return ResultFormat.forPeople(output, surroundings);
    }

    private void rows(AuditDoor door, AuditQuery.Builder query, int most) throws IOException {
        AuditTable table = isText() ? new AuditTable(out()) : null;
        int left = most;
        Optional<String> next;
        do {
            AuditDoor.Page page =
                    door.page(query.limit(Math.min(left, door.most())).build());
            if (table == null) {
                page.rows().forEach(row -> out().write(new String(row.line(), StandardCharsets.UTF_8) + "\n"));
            } else {
                table.rows(page.rows());
            }
            left -= page.rows().size();
            next = page.next();
            query.cursor(next.orElse(null));
        } while (next.isPresent() && left > 0);
        out().flush();
        next.ifPresent(more -> spec.commandLine().getErr().println("there are more: --cursor " + more));
    }

    private void chart(AuditDoor door, AuditQuery query, String span) throws IOException {
        try {
            Histogram found = door.histogram(query, TimeText.span("--histogram", span));
            if (isText()) {
                AuditChart.print(found, out());
            } else {
                out().println(JsonMapper.shared().writeValueAsString(AuditChart.facts(found)));
            }
        } catch (Histogram.UnfitBucketException unfit) {
            throw CommandFailure.misuse("--histogram `" + span + "`: " + unfit.getMessage());
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
