package dev.pavise.proxy.access;

import java.io.IOException;

/** The access store cannot be opened; the message names the place, the cause and the way out. */
public final class AccessOpenException extends IOException {
    private static final long serialVersionUID = 1L;

    public AccessOpenException(String message) {
        super(message);
    }
}
