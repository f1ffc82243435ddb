package dev.pavise.proxy.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Audit records for people: one line each, in columns as wide as what has been shown so far. What a client chose is shown so that it
 * cannot act on the terminal.
 */
final class AuditTable {
    private static final List<String> HEADS = List.of("TIME", "PHASE", "OUTCOME", "ACTOR", "ACTION", "RESOURCE");

    /** No column grows beyond this; what is longer pushes the rest of its line aside. */
    private static final int WIDEST = 40;

    private final PrintWriter out;
    private final int[] widths = new int[HEADS.size() - 1];
    private boolean begun;

    AuditTable(PrintWriter out) {
        this.out = out;
        fit(HEADS);
    }

    void rows(List<AuditDoor.Row> rows) {
        List<List<String>> lines = new ArrayList<>();
        for (AuditDoor.Row row : rows) {
            List<String> cells = cells(row);
            fit(cells);
            lines.add(cells);
        }
        if (!begun) {
            begun = true;
            print(HEADS);
        }
        lines.forEach(this::print);
        out.flush();
    }

    private void fit(List<String> cells) {
        for (int at = 0; at < Math.min(widths.length, cells.size() - 1); at++) {
            widths[at] = Math.max(widths[at], Math.min(WIDEST, cells.get(at).length()));
        }
    }

    private void print(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int at = 0; at < cells.size() - 1; at++) {
            String cell = cells.get(at);
            line.append(cell).append(" ".repeat(Math.max(0, widths[at] - cell.length()) + 2));
        }
        out.println(line.append(cells.getLast()));
    }

    private static List<String> cells(AuditDoor.Row row) {
        JsonNode record;
        try {
            record = JsonMapper.shared().readTree(row.line());
        } catch (JacksonException damaged) {
            return List.of("record " + row.seq() + " is damaged; see pavise audit verify");
        }
        return List.of(
                text(record, "timestamp"),
                text(record, "phase"),
                outcome(row, record),
                text(record, "actor"),
                action(record),
                text(record, "resource"));
    }

    private static String action(JsonNode record) {
        String action = text(record, "action");
        return record.hasNonNull("event_type") ? action + " " + text(record, "event_type") : action;
    }

    // What is not known yet when an intent is stored is, as a rule, told by the record behind it.
    private static String outcome(AuditDoor.Row row, JsonNode record) {
        if (row.open()) {
            return "unknown";
        }
        return text(record, "phase").equals("intent") ? "-" : text(record, "outcome");
    }

    private static String text(JsonNode record, String field) {
        JsonNode value = record.get(field);
        return value == null || value.isNull() ? "-" : Printable.text(value.asString());
    }
}
