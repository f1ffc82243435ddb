package dev.pavise.proxy.management;

import java.io.IOException;

/** The body of a request ended before it was whole, as the client left, or was too slow. No fault of the gateway, and nothing for its log. */
public final class BrokenOffException extends IOException {
    private static final long serialVersionUID = 1L;

    public BrokenOffException() {
        super("the body broke off");
    }
}
