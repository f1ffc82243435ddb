package dev.pavise.k8s.lead;

/** What only the leading manager does. {@code begin} and {@code end} take turns, on one thread, and neither waits for the cluster long. */
public interface LeaderWork {
    /** This manager leads from now on. */
    void begin();

    /** It does not lead any more: when this returns, nothing more of this work is on its way to the API server. */
    void end();
}
