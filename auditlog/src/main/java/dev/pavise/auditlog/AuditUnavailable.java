package dev.pavise.auditlog;

/**
 * Why nothing can be recorded now.
 *
 * @param detail for a log line or an operator; holds no secret
 */
public record AuditUnavailable(Reason reason, String detail) {

    /** The kinds of it. */
    public enum Reason {
        /** Less room than the low-water mark; ends by itself when there is room. */
        LOW_SPACE("low_space"),
        /** Writing or syncing failed; tried again by itself, save after a failed sync. */
        BROKEN("broken"),
        /** Too many records wait for the disk. */
        OVERLOADED("overloaded"),
        /** The witness that is required has not cosigned for too long; ends by itself when it does. */
        NOT_WITNESSED("not_witnessed"),
        /** The log was closed. */
        CLOSED("closed");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        /** A stable word for metrics. */
        public String code() {
            return code;
        }
    }

    @Override
    public String toString() {
        return reason.code() + ": " + detail;
    }
}
