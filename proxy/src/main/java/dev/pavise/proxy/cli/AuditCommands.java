package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditExport;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.AuditSearch;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise audit}: finds, writes out and checks audit records. Works on the files, whether a gateway is running or not. */
@Command(name = "audit", description = "Finds, exports and verifies audit records.")
final class AuditCommands extends CommandGroup {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    AuditCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The group with its commands in it. */
    static CommandLine line(Surroundings surroundings) {
        return new CommandLine(new AuditCommands(surroundings)).addSubcommand(new AuditVerify(surroundings));
    }

    enum Order {
        ASC,
        DESC
    }

    enum ExportFormat {
        JSON,
        OCSF,
        CEF
    }

    @Command(
            name = "query",
            mixinStandardHelpOptions = true,
            description = "Prints records: a table on a terminal, else the stored lines.")
    int query(
            @Mixin AuditPlace place,
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
        AuditSearch search = AuditSearch.offline(place.find(surroundings).trail());
        print(search, query, limit, text ? new AuditTable(out()) : null);
        return ExitCode.DONE;
    }

    private void print(AuditSearch search, AuditQuery.Builder query, int limit, @Nullable AuditTable table)
            throws IOException {
        int left = limit;
        Optional<String> next;
        do {
            AuditPage page = search.page(
                    query.limit(Math.min(left, AuditQuery.MAX_LIMIT)).build());
            for (AuditPage.Row row : page.rows()) {
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

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Writes all records that match, oldest first, as they are stored.")
    int export(
            @Mixin AuditPlace place,
            @Mixin AuditConditions conditions,
            @Option(
                            names = "--format",
                            paramLabel = "FORMAT",
                            defaultValue = "json",
                            description = "json: the stored lines.")
                    ExportFormat format,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            description = "Where to (default: standard output). A file is there once it is whole.")
                    @Nullable
                    Path output)
            throws IOException {
        if (format != ExportFormat.JSON) {
            throw CommandFailure.misuse(
                    "--format " + format.name().toLowerCase(java.util.Locale.ROOT) + " is not built yet, use json");
        }
        AuditExport export = AuditExport.offline(place.find(surroundings).trail());
        AuditQuery.Builder query = conditions.query(surroundings);
        Progress progress = new Progress(spec.commandLine().getErr(), "records written");
        if (output == null || output.toString().equals("-")) {
            writeTo(System.out, export, query, progress);
        } else {
            WholeFile.write(surroundings.resolve(output), stream -> writeTo(stream, export, query, progress));
        }
        return ExitCode.DONE;
    }

    private static void writeTo(OutputStream target, AuditExport export, AuditQuery.Builder query, Progress progress)
            throws IOException {
        OutputStream buffered = new BufferedOutputStream(target, 1 << 16);
        export.write(query, buffered, progress);
        buffered.flush();
        progress.end();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
