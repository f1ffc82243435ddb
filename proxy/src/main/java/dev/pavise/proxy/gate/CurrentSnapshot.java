package dev.pavise.proxy.gate;

/** The snapshot in force. Swapped whole by one write, so that a request sees one configuration or the next and never a mixture (promise P8). */
public final class CurrentSnapshot {
    private volatile Snapshot snapshot;

    public CurrentSnapshot(Snapshot first) {
        snapshot = first;
    }

    public Snapshot get() {
        return snapshot;
    }

    public void swap(Snapshot next) {
        snapshot = next;
    }
}
