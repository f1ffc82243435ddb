package dev.pavise.runner.config;

/** A text that is not the YAML it should be, and where. */
final class BadYamlException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    BadYamlException(String problem, int line, int column) {
        super(problem, null, false, false);
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
