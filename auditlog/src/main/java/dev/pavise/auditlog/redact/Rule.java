package dev.pavise.auditlog.redact;

import java.util.List;

/** One rule of what must not be kept, and what becomes of it. */
public sealed interface Rule {
    How how();

    /** The value of a recorded header field; the name in either case. */
    record Header(String name, How how) implements Rule {}

    /** The value of a query parameter, in the recorded query and in a resource that has one; the name in either case. */
    record Query(String name, How how) implements Rule {}

    /** What a path into the record leads to. */
    record At(RecordPath path, How how) implements Rule {
        public At {
            path.check(how);
        }
    }

    /**
     * Known values, wherever they occur in any text of a record: as they are, percent-encoded, JSON-escaped, or in base64.
     *
     * @param values each of at least {@value SecretSearch#LEAST} characters
     */
    record Values(List<String> values, How how) implements Rule {
        public Values {
            values = List.copyOf(values);
            values.forEach(SecretSearch::check);
        }

        /** Says how many, and not which. */
        @Override
        public String toString() {
            return "Values[" + values.size() + ", " + how + "]";
        }
    }
}
