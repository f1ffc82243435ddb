package dev.pavise.proxy.client;

/** What came of a request to a gateway. */
public sealed interface Reply {
    /** It answered. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Answered(int status, byte[] body) implements Reply {}

    /** Nothing listens there, or cannot be reached; nothing was sent. The message names the place and the cause. */
    record Unreached(String message) implements Reply {}

    /** The call broke off; whether the request was carried out is not known, save where the message says so. */
    record Broken(String message) implements Reply {}
}
