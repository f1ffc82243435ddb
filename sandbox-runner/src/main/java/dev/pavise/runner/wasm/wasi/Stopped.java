package dev.pavise.runner.wasm.wasi;

/** Unwinds a run that a limit or a cancellation ended; who ended it knows why. */
public final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Stopped() {
        super("stopped", null, false, false);
    }
}
