package dev.pavise.k8s.manager;

/**
 * A request that is refused: thrown by whoever finds out, caught in one place. Carries no secret.
 */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final Code code;

    Refusal(Code code, String detail) {
        super(detail, null, false, false);
        this.code = code;
    }

    Code code() {
        return code;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
