package dev.pavise.proxy.management;

/** Whether the gateway would take a request now; cheap enough to ask on an event loop. */
public interface Readiness {
    /** {@code ready}, or one word for why not. */
    String word();
}
