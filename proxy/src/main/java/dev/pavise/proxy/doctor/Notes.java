package dev.pavise.proxy.doctor;

import java.util.ArrayList;
import java.util.List;

/** Where a check writes down what it saw. */
public final class Notes {

    private final Topic topic;
    private final List<Finding> findings = new ArrayList<>();

    Notes(Topic topic) {
        this.topic = topic;
    }

    /** As it should be. */
    public void ok(String found) {
        findings.add(new Finding(topic, Verdict.OK, found, ""));
    }

    /** Somebody should have a reason for it. */
    public void warn(String found, String mend) {
        findings.add(new Finding(topic, Verdict.WARN, found, mend));
    }

    /** To be mended. */
    public void bad(String found, String mend) {
        findings.add(new Finding(topic, Verdict.BAD, found, mend));
    }

    /** There is nothing to check, and this is why. */
    public void notApplicable(String why) {
        findings.add(new Finding(topic, Verdict.NOT_APPLICABLE, why, ""));
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }
}
