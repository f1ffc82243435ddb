package dev.pavise.k8s.manager;

/** Why a manager cannot start, in words for whoever starts it. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1;

    StartFailure(String problem, Throwable cause) {
        super(problem, cause);
    }

    StartFailure(String problem) {
        super(problem);
    }

    /** In one line. */
    public String problem() {
        return String.valueOf(getMessage());
    }
}
