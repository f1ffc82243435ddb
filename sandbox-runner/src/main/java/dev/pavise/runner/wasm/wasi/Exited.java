package dev.pavise.runner.wasm.wasi;

/** Unwinds a run whose module called {@code proc_exit}. */
public final class Exited extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    public Exited(int code) {
        super("exited", null, false, false);
        this.code = code;
    }

    public int code() {
        return code;
    }
}
