package dev.pavise.policy;

import java.util.Locale;

/**
 * A refusal, with what would have been needed.
 *
 * @param reason one sentence that the caller may see: it names the caller and what is missing, nobody else's rights
 * @param detail what only the operator may see, in records; empty where the reason says all
 */
public record Deny(Rule rule, Cause cause, String reason, String detail) implements Decision {
    /** What stood in the way. */
    public enum Cause {
        PERMISSION_MISSING,
        CONDITION_FAILED,
        CONDITION_ERROR,
        EXTERNAL_DENIED,
        EXTERNAL_UNAVAILABLE;

        /** The stable name, in lower case. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
