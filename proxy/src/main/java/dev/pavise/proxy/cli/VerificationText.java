package dev.pavise.proxy.cli;

import dev.pavise.auditlog.verify.Finding;
import dev.pavise.auditlog.verify.Verification;
import dev.pavise.auditlog.verify.Verification.Counts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What a check of the audit trail has shown, in words and as JSON. */
final class VerificationText {
    private VerificationText() {}

    static List<String> lines(Path trail, Verification result) {
        List<String> lines = new ArrayList<>();
        switch (result) {
            case Verification.Whole whole -> lines.add(trail + " is whole");
            case Verification.Broken broken -> {
                lines.add(trail + " is NOT whole");
                broken.findings().forEach(finding -> lines.add("  " + finding));
            }
            case Verification.Partly partly -> {
                lines.add(trail + " is verified in PART only");
                partly.findings().forEach(finding -> lines.add("  " + finding));
            }
        }
        Counts counts = result.counts();
        lines.add("  " + counts.records() + " records, " + counts.signed() + " signed, " + counts.unsigned()
                + " not signed yet, " + counts.checkpoints() + " checkpoints hold");
        if (counts.from() > 0) {
            lines.add("  records before " + counts.from() + " were not read");
        }
        if (counts.leftover() > 0) {
            lines.add("  warning: " + counts.leftover()
                    + " records are there that retention was to remove: nothing proves them");
        }
        if (counts.open() > 0) {
            lines.add("  " + counts.open() + " intents without an outcome: what became of them is unknown");
        }
        if (counts.keyFromFolder()) {
            lines.add(
                    "  warning: the key came from the folder itself, which proves nothing against whoever can write the folder;"
                            + " bring your own by --public-key");
        }
        if (!counts.anchored()) {
            lines.add("  warning: without an anchor a log that was cut short is not told; bring one by --anchor");
        }
        return lines;
    }

    static String json(Verification result) {
        Counts counts = result.counts();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("whole", result instanceof Verification.Whole);
        facts.put("partly", result instanceof Verification.Partly);
        facts.put("from", counts.from());
        facts.put("records", counts.records());
        facts.put("leftover", counts.leftover());
        facts.put("signed", counts.signed());
        facts.put("unsigned", counts.unsigned());
        facts.put("checkpoints", counts.checkpoints());
        facts.put("unknown_outcomes", counts.open());
        facts.put("key_from_folder", counts.keyFromFolder());
        facts.put("anchored", counts.anchored());
        facts.put(
                "findings",
                findings(result).stream().map(VerificationText::facts).toList());
        return JsonMapper.shared().writeValueAsString(facts);
    }

    private static List<Finding> findings(Verification result) {
        return switch (result) {
            case Verification.Whole whole -> List.of();
            case Verification.Broken broken -> broken.findings();
            case Verification.Partly partly -> partly.findings();
        };
    }

    private static Map<String, Object> facts(Finding finding) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kind", finding.kind().name().toLowerCase(Locale.ROOT));
        facts.put("seq", finding.seq());
        facts.put("id", finding.id());
        facts.put("text", finding.text());
        return facts;
    }
}
