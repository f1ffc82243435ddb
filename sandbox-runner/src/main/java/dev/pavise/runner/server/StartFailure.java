package dev.pavise.runner.server;

/** Why a runner did not start, for whoever has to mend it. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public StartFailure(String problem) {
        super(problem);
    }

    /** What is wrong. */
    public String problem() {
        return String.valueOf(getMessage());
    }
}
