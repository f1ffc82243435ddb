package dev.pavise.k8s.control;

import dev.pavise.k8s.lead.LeaderWork;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What is followed around Deployments and sidecars while this manager leads: pods, what makes them, what holds them up and what leads to them. Each kind is one
 * watch over the whole cluster, however many namespaces there are; a manager that is confined to some has one in each of those. Nothing is followed before
 * somebody looks. Ends after those that look.
 */
public final class SharedWatches implements LeaderWork {
    private static final String EVERYWHERE = "";

    private final KubernetesClient client;
    private final Set<String> namespaces;
    private final List<Consumer<HasMetadata>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, WatchedScope> followed = new HashMap<>();
    private boolean begun;

    /** @param namespaces the only ones that are looked at; empty for all */
    public SharedWatches(KubernetesClient client, Set<String> namespaces) {
        this.client = client;
        this.namespaces = Set.copyOf(namespaces);
    }

    /** Tells of each object that comes, changes or goes, on a thread that must not be held up. For good: added once by each who listens. */
    void listen(Consumer<HasMetadata> listener) {
        listeners.add(listener);
    }

    @Override
    public synchronized void begin() {
        begun = true;
    }

    /** What is followed in a namespace, which is not seen yet when it is asked for first. */
    synchronized WatchedScope in(String namespace) {
        if (!begun) {
            throw new IllegalStateException("nothing is followed, since this manager does not lead");
        }
        String scope = namespaces.isEmpty() ? EVERYWHERE : namespace;
        return followed.computeIfAbsent(
                scope,
                each -> new WatchedScope(
                        client,
                        each.equals(EVERYWHERE) ? null : each,
                        changed -> listeners.forEach(listener -> listener.accept(changed))));
    }

    @Override
    public synchronized void end() {
        begun = false;
        followed.values().forEach(WatchedScope::close);
        followed.clear();
    }
}
