package dev.pavise.runner.wasm.module;

/** Says why a module is not run. The reason goes to whoever registered it; it holds nothing of the module's text. */
final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unfit(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
