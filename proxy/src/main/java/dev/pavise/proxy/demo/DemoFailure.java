package dev.pavise.proxy.demo;

/** The demonstration cannot be shown; the message says why and what to do. */
public final class DemoFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public DemoFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
