package dev.pavise.proxy.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was seen of credentials that fail, as a table to be quoted. */
final class FailureTable {
    private record Line(String credential, String failure, int status, String code, String reason, String challenge) {}

    private final List<Line> lines = new CopyOnWriteArrayList<>();

    void add(String credential, String failure, int status, String code, String reason, String challenge) {
        lines.add(new Line(credential, failure, status, code, reason, challenge));
    }

    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder(
                "| credential | failure | status | code | reason in the audit trail | `WWW-Authenticate` |\n|---|---|---|---|---|---|\n");
        lines.stream()
                .sorted(Comparator.comparing(Line::credential))
                .forEach(line -> text.append("| ")
                        .append(line.credential())
                        .append(" | ")
                        .append(line.failure())
                        .append(" | ")
                        .append(line.status() == 0 ? "-" : line.status())
                        .append(" | ")
                        .append(quoted(line.code()))
                        .append(" | ")
                        .append(quoted(line.reason()))
                        .append(" | ")
                        .append(line.challenge())
                        .append(" |\n"));
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String quoted(String code) {
        return code.isEmpty() ? "-" : code.indexOf(' ') >= 0 ? code : "`" + code + "`";
    }
}
