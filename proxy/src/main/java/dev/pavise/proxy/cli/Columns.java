package dev.pavise.proxy.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table for people: each column as wide as its widest cell, the last as it comes. Cells cannot act on the terminal. */
final class Columns {
    private final List<List<String>> rows = new ArrayList<>();

    Columns(String... heads) {
        rows.add(List.of(heads));
    }

    void row(String... cells) {
        List<String> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(cell.isEmpty() ? "-" : Printable.text(cell));
        }
        rows.add(row);
    }

    void print(PrintWriter out) {
        int last = rows.getFirst().size() - 1;
        int[] widths = new int[last + 1];
        for (List<String> row : rows) {
            for (int at = 0; at < last; at++) {
                widths[at] = Math.max(widths[at], row.get(at).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int at = 0; at < last; at++) {
                line.append(row.get(at))
                        .append(" ".repeat(widths[at] - row.get(at).length() + 2));
            }
            out.println(line.append(row.get(last)));
        }
    }
}
