package dev.pavise.policy.config;

/** A text that does not fit where it stands. Becomes a {@link ConfigError} where the place is known. Holds no value. */
public final class BadValueException extends Exception {

    private static final long serialVersionUID = 1L;

    public BadValueException(String problem) {
        super(problem);
    }

    public String problem() {
        return String.valueOf(getMessage());
    }
}
