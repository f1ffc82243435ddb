package dev.pavise.proxy.access;

/** Told of each change when it is safe on disk, and before whoever made it gets his answer. */
@FunctionalInterface
public interface AccessListener {
    /** Puts the change in force. The answer waits for it; what it throws turns the answer into {@code not_in_force}. */
    void onChange(AccessChange change);
}
