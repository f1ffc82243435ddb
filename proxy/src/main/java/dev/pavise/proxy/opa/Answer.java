package dev.pavise.proxy.opa;

/** What came of a question to a decision point. */
sealed interface Answer {
    /** It said yes. */
    record Allowed() implements Answer {}

    /**
     * It said no, or that nothing of its policy decides, which is no as well.
     *
     * @param reason for the operator; never for the caller
     */
    record Denied(String reason) implements Answer {}

    /**
     * It said nothing that can be used.
     *
     * @param why for the operator
     */
    record None(String why) implements Answer {}

    /** Whether it is one that may be remembered. */
    default boolean isDefinite() {
        return !(this instanceof None);
    }
}
