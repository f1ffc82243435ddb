package dev.pavise.proxy.cli;

import java.io.PrintWriter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Audit records for people: one line each. What a client chose is shown so that it cannot act on the terminal. */
final class AuditTable {
    private static final String ROW = "%-27s  %-7s  %-8s  %-22s  %-18s  %s%n";

    private final PrintWriter out;

    AuditTable(PrintWriter out) {
        this.out = out;
        out.printf(ROW, "TIME", "PHASE", "OUTCOME", "ACTOR", "ACTION", "RESOURCE");
    }

    void row(AuditDoor.Row row) {
        JsonNode record;
        try {
            record = JsonMapper.shared().readTree(row.line());
        } catch (JacksonException damaged) {
            out.println("record " + row.seq() + " is damaged; see pavise audit verify");
            return;
        }
        out.printf(
                ROW,
                text(record, "timestamp"),
                text(record, "phase"),
                outcome(row, record),
                text(record, "actor"),
                text(record, record.hasNonNull("action") ? "action" : "event_type"),
                text(record, "resource"));
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
