package dev.pavise.runner.tls;

/** A key or certificate that cannot be used. Names the file, and never shows what is in it. */
public final class BadMaterialException extends Exception {
    private static final long serialVersionUID = 1L;

    BadMaterialException(String problem) {
        super(problem);
    }

    /** What is wrong, for whoever has to mend it. */
    public String problem() {
        return String.valueOf(getMessage());
    }
}
