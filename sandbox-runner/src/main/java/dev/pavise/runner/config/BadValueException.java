package dev.pavise.runner.config;

/** A value that cannot be used. The problem may be empty where what was expected says it all. */
final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    BadValueException(String problem) {
        super(problem, null, false, false);
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
