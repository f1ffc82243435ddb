package dev.pavise.proxy.config;

/** A text that does not fit where it stands. Becomes a {@link ConfigError} where the place is known. Holds no value. */
final class BadValueException extends Exception {

    private static final long serialVersionUID = 1L;

    BadValueException(String problem) {
        super(problem);
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
