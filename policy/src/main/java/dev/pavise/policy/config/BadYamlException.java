package dev.pavise.policy.config;

/** A text that is not one YAML document of the kind that is read here. Becomes a {@link ConfigError} in the loader. */
final class BadYamlException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    BadYamlException(String problem, int line, int column) {
        super(problem);
        this.line = line;
        this.column = column;
    }

    String problem() {
        return String.valueOf(getMessage());
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }
}
