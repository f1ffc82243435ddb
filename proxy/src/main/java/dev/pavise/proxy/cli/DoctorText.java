package dev.pavise.proxy.cli;

import dev.pavise.proxy.doctor.Finding;
import dev.pavise.proxy.doctor.Topic;
import dev.pavise.proxy.doctor.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What the checklist came to, for people and for programs. */
final class DoctorText {
    private DoctorText() {}

    static List<String> lines(List<Finding> findings) {
        List<String> lines = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            List<Finding> here = findings.stream()
                    .filter(finding -> finding.topic() == topic)
                    .toList();
            if (here.isEmpty()) continue;
            lines.add(topic.title());
            for (Finding finding : here) {
                lines.add("  %-4s  %s".formatted(finding.verdict().code(), finding.found()));
                if (!finding.mend().isEmpty()) lines.add("        mend: " + finding.mend());
            }
        }
        lines.add("");
        lines.add(count(findings, Verdict.BAD) + " bad, " + count(findings, Verdict.WARN) + " to look at, "
                + count(findings, Verdict.OK) + " ok, " + count(findings, Verdict.NOT_APPLICABLE) + " n/a");
        return lines;
    }

    static String json(List<Finding> findings, boolean passes) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("passes", passes);
        all.put("findings", findings.stream().map(DoctorText::facts).toList());
        return JsonMapper.shared().writeValueAsString(all);
    }

    private static Map<String, Object> facts(Finding finding) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("topic", finding.topic().title());
        facts.put("verdict", finding.verdict().code());
        facts.put("found", finding.found());
        if (!finding.mend().isEmpty()) facts.put("mend", finding.mend());
        return facts;
    }

    private static long count(List<Finding> findings, Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).count();
    }
}
