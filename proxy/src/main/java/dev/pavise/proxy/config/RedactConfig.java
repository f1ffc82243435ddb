package dev.pavise.proxy.config;

import dev.pavise.auditlog.redact.How;
import dev.pavise.auditlog.redact.RecordPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What is taken out of audit records before they are stored.
 *
 * @param key the file with the key of hashes; made at the first start with a rule that hashes
 */
public record RedactConfig(List<Rule> rules, Path key) {
    /** Copies its list. */
    public RedactConfig {
        rules = List.copyOf(rules);
        Objects.requireNonNull(key);
    }

    /** Whether a rule needs the key. */
    public boolean hashes() {
        return rules.stream().anyMatch(rule -> rule.with() == How.HASH);
    }

    /** One rule. */
    public sealed interface Rule {
        How with();

        /** A recorded header. */
        record Header(String name, How with) implements Rule {}

        /** A query parameter. */
        record Query(String name, How with) implements Rule {}

        /** What a path into the record leads to. */
        record Json(RecordPath path, How with) implements Rule {}

        /** Values that stand in a file, one a line. */
        record SecretFile(Path file, How with) implements Rule {}
    }
}
