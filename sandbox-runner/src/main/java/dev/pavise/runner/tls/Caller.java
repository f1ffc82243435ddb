package dev.pavise.runner.tls;

/** Whose certificate it is, as far as it can be believed. */
public sealed interface Caller {
    /** It may come in, by this one of the pinned names. */
    record Known(String name) implements Caller {}

    /** It may not. */
    record Refused(CallerFault fault) implements Caller {}
}
