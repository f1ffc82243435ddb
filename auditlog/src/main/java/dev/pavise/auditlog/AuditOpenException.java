package dev.pavise.auditlog;

import java.io.IOException;

/** The log cannot be opened; the message names the file and the way out. */
public final class AuditOpenException extends IOException {
    private static final long serialVersionUID = 1L;

    public AuditOpenException(String message) {
        super(message);
    }

    public AuditOpenException(String message, Throwable cause) {
        super(message, cause);
    }
}
