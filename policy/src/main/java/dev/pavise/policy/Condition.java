package dev.pavise.policy;

/**
 * Something that must hold of a request, besides the permission. Compiled and type-checked when a configuration is loaded; bounded in what a
 * test of it can cost; safe for any number of threads.
 */
public interface Condition {
    /** Asks nothing. */
    Condition NONE = (principal, rule, facts) -> new Outcome.Holds();

    /** What a test came to. */
    sealed interface Outcome {
        record Holds() implements Outcome {}

        /**
         * It does not hold.
         *
         * @param explanation for the operator: the expression, and what it saw
         */
        record Fails(String explanation) implements Outcome {}

        /**
         * It could not be told, which denies.
         *
         * @param why for the operator
         */
        record Errs(String why) implements Outcome {}
    }

    /** Tests the condition. What throws counts as an error. */
    Outcome test(Principal principal, Rule rule, Facts facts);
}
