package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.Histogram;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A histogram for people, and for programs in the form in which the gateway gives it. */
final class AuditChart {
    private static final int WIDTH = 40;

    private AuditChart() {}

    static void print(Histogram histogram, PrintWriter out) {
        long most =
                histogram.bars().stream().mapToLong(Histogram.Bar::total).max().orElse(1);
        int digits = Long.toString(most).length();
        for (Histogram.Bar bar : histogram.bars()) {
            int length = (int) Math.max(1, bar.total() * WIDTH / most);
            String counts = new TreeMap<>(bar.counts())
                    .entrySet().stream()
                            .map(each -> each.getKey() + " " + each.getValue())
                            .collect(Collectors.joining(", "));
            out.println(bar.start() + "  "
                    + " ".repeat(digits - Long.toString(bar.total()).length()) + bar.total() + "  " + "#".repeat(length)
                    + " ".repeat(WIDTH - length) + "  " + counts);
        }
        out.println(histogram.total() + " records");
    }

    static Map<String, Object> facts(Histogram histogram) {
        List<Map<String, Object>> bars = new ArrayList<>();
        for (Histogram.Bar bar : histogram.bars()) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("time", bar.start().toString());
            each.put("count", bar.total());
            each.put("counts", new TreeMap<>(bar.counts()));
            bars.add(each);
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("count", histogram.total());
        facts.put("bucket_seconds", histogram.bucket().toSeconds());
        facts.put("histogram", bars);
        return facts;
    }
}
