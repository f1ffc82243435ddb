package dev.pavise.proxy.access;

import dev.pavise.policy.grant.GrantRefusal;

/** What became of a change. */
public sealed interface AccessResult<T> {
    /** It is made, safe on disk, and in force for the very next request. */
    record Done<T>(T value) implements AccessResult<T> {}

    /** It is not made. The message is fit for whoever asked. */
    record Refused<T>(GrantRefusal code, String message) implements AccessResult<T> {}
}
