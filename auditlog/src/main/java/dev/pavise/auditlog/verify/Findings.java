package dev.pavise.auditlog.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What has been found so far; bounded, as a damaged log can give a finding for each of its records. */
final class Findings {
    private final List<Finding> list = new ArrayList<>();

    void add(Finding finding) {
        if (list.size() < AuditVerifier.MAX_FINDINGS) {
            list.add(finding);
        }
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    /** Those that name a record first, by record; then the others. */
    List<Finding> ordered() {
        return list.stream()
                .sorted(Comparator.comparingLong(finding -> finding.seq() < 0 ? Long.MAX_VALUE : finding.seq()))
                .toList();
    }
}
