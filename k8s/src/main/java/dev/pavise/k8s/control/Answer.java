package dev.pavise.k8s.control;

/** What came of a question. */
public sealed interface Answer<T> {
    /** It went well. */
    record Done<T>(T value) implements Answer<T> {}

    /**
     * It was refused, or failed.
     *
     * @param why in one line, free of secrets
     */
    record Refused<T>(Problem problem, String why) implements Answer<T> {}
}
