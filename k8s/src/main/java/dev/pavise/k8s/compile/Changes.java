package dev.pavise.k8s.compile;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;

/** Says that something is not as it was; what, its reader sees in the store. */
final class Changes<T> implements ResourceEventHandler<T> {
    private final Runnable changed;

    Changes(Runnable changed) {
        this.changed = changed;
    }

    @Override
    public void onAdd(T added) {
        changed.run();
    }

    @Override
    public void onUpdate(T before, T after) {
        changed.run();
    }

    @Override
    public void onDelete(T gone, boolean unknown) {
        changed.run();
    }

    /** Also of one that is empty. */
    @Override
    public void onList(String version, boolean remained) {
        changed.run();
    }
}
