package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditQuery;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise audit}: finds, writes out and checks audit records. Works on the files, unless a running gateway is named. */
@Command(name = "audit", description = "Finds, exports and verifies audit records.")
final class AuditCommands extends CommandGroup {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private AuditCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The group with its commands in it. */
    static CommandLine line(Surroundings surroundings) {
        return new CommandLine(new AuditCommands(surroundings))
                .addSubcommand(new AuditVerify(surroundings))
                .addSubcommand(new AuditProve(surroundings))
                .addSubcommand(new AuditVerifyProof(surroundings))
                .addSubcommand(new AuditRotateKey(surroundings))
                .addSubcommand(new AuditRetain(surroundings))
                .addSubcommand(new AuditExportCommand(surroundings));
    }

    enum Order {
        ASC,
        DESC
    }

    @Command(
            name = "query",
            mixinStandardHelpOptions = true,
            description = "Prints records: a table on a terminal, else the stored lines.")
    int query(
            @Mixin AuditSource source,
            @Mixin AuditConditions conditions,
            @Option(
                            names = "--order",
                            paramLabel = "ORDER",
                            defaultValue = "desc",
                            description = "desc (newest first, default) or asc.")
                    Order order,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "How many at most (default: 100).")
                    int limit,
            @Option(names = "--cursor", paramLabel = "CURSOR", description = "Goes on where an earlier query ended.")
                    @Nullable
                    String cursor,
            @Option(
                            names = {"--output", "--format"},
                            paramLabel = "FORMAT",
                            description = "text or json.")
                    @Nullable
                    ResultFormat output)
            throws IOException {
        if (limit < 1) {
            throw CommandFailure.misuse("--limit `" + limit + "` is not a number above 0");
        }
        if (cursor != null && AuditQuery.parseCursor(cursor).isEmpty()) {
            throw CommandFailure.misuse("--cursor `" + cursor + "` is not what an earlier query printed");
        }
        AuditQuery.Builder query = conditions
                .query(surroundings)
                .order(order == Order.ASC ? AuditQuery.Order.OLDEST_FIRST : AuditQuery.Order.NEWEST_FIRST)
                .cursor(cursor);
        boolean text = output == null ? surroundings.terminal() : output == ResultFormat.TEXT;
        print(source.open(surroundings), query, limit, text ? new AuditTable(out()) : null);
        return ExitCode.DONE;
    }

    private void print(AuditDoor door, AuditQuery.Builder query, int limit, @Nullable AuditTable table)
            throws IOException {
        int left = limit;
        Optional<String> next;
        do {
            AuditDoor.Page page =
                    door.page(query.limit(Math.min(left, door.most())).build());
            for (AuditDoor.Row row : page.rows()) {
                if (table == null) {
                    out().write(new String(row.line(), StandardCharsets.UTF_8) + "\n");
                } else {
                    table.row(row);
                }
            }
            left -= page.rows().size();
            next = page.next();
            query.cursor(next.orElse(null));
        } while (next.isPresent() && left > 0);
        out().flush();
        next.ifPresent(more -> spec.commandLine().getErr().println("there are more: --cursor " + more));
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
