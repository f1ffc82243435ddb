package dev.pavise.proxy.tool;

import java.io.IOException;

/** What is kept of tools must not be believed, or cannot be used; the message says what to do. */
public final class ToolStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    ToolStoreException(String message) {
        super(message);
    }
}
