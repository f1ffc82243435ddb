package dev.pavise.runner.wasm.files;

/**
 * Ends one call of a module with an error number. Made and caught for each refused call of a hostile module, so it carries no stack: one place
 * turns it into the number that the module sees.
 */
public final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    public Fault(Errno errno) {
        super(errno.name(), null, false, false);
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }
}
