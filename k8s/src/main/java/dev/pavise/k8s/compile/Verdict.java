package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Resource;

/** What became of one resource. */
public sealed interface Verdict {
    Resource resource();

    /** It is in force as it stands. */
    record Accepted(Resource resource) implements Verdict {}

    /**
     * It is not.
     *
     * @param why names the fields, what is wrong with them and the way out
     * @param inForce the generation of it that stays in force, or 0
     */
    record Refused(Resource resource, Reason reason, String why, long inForce) implements Verdict {}

    /** Why not, as conditions write it. */
    enum Reason {
        /** It means nothing to a gateway. */
        INVALID("Invalid"),
        /** The operator does not let resources say so. */
        NOT_ALLOWED("NotAllowed"),
        /** It does not go together with what is in force. */
        CONFLICT("Conflict"),
        /** There is no room for it. */
        TOO_LARGE("TooLarge");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
