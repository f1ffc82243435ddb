package dev.pavise.proxy.management;

/** A request's query or body says something that is not understood; the message names the member. Never leaves this package. */
final class BadArgumentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadArgumentException(String message) {
        super(message, null, false, false);
    }
}
