package dev.pavise.k8s.certificate;

import dev.pavise.k8s.compile.Namespaces;
import dev.pavise.k8s.inject.Demand;
import dev.pavise.k8s.inject.Marks;
import dev.pavise.k8s.lead.LeaderWork;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which namespaces have sidecars: those with the label, and those with pods that carry it or were injected. Those of the cluster
 * itself and the manager's own never count, and neither does one that is going away.
 */
public final class InjectedNamespaces implements Namespaces, LeaderWork {
    private static final long PAGE = 500;

    private final KubernetesClient client;
    private final String own;
    private final List<String> watched;
    private final Runnable changed;
    private final List<SharedIndexInformer<?>> running = new ArrayList<>();
    private volatile @Nullable SharedIndexInformer<Namespace> namespaces;
    private volatile List<SharedIndexInformer<Pod>> pods = List.of();

    /**
     * @param own the manager's namespace
     * @param watched the only ones that count; empty for all
     * @param changed is told when the answer may be another one
     */
    public InjectedNamespaces(KubernetesClient client, String own, List<String> watched, Runnable changed) {
        this.client = client;
        this.own = own;
        this.watched = List.copyOf(watched);
        this.changed = changed;
    }

    @Override
    public synchronized void begin() {
        SharedIndexInformer<Namespace> all = client.namespaces().runnableInformer(0);
        all.addEventHandler(new Telling<>());
        namespaces = all;
        List<SharedIndexInformer<Pod>> found = new ArrayList<>();
        for (String label : List.of(Marks.INJECT, Marks.INJECTED)) {
            if (watched.isEmpty()) {
                found.add(client.pods()
                        .inAnyNamespace()
                        .withLabel(label, "true")
                        .withLimit(PAGE)
                        .runnableInformer(0));
            }
            for (String namespace : watched) {
                found.add(client.pods()
                        .inNamespace(namespace)
                        .withLabel(label, "true")
                        .withLimit(PAGE)
                        .runnableInformer(0));
            }
        }
        found.forEach(each -> each.addEventHandler(new Telling<>()));
        pods = List.copyOf(found);
        running.add(all);
        running.addAll(found);
        all.itemStore(new Named<>());
        found.forEach(each -> each.itemStore(new Named<>()));
        for (SharedIndexInformer<?> each : running) {
            each.exceptionHandler((started, failure) -> true);
            var _ = each.start();
        }
    }

    @Override
    public synchronized void end() {
        running.forEach(SharedIndexInformer::stop);
        running.clear();
        namespaces = null;
        pods = List.of();
    }

    @Override
    public boolean synced() {
        SharedIndexInformer<Namespace> all = namespaces;
        return all != null && all.hasSynced() && pods.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    /** In the order of their names. */
    @Override
    public Set<String> names() {
        SharedIndexInformer<Namespace> all = namespaces;
        Set<String> alive = new TreeSet<>();
        Set<String> wanted = new TreeSet<>();
        if (all == null) {
            return wanted;
        }
        for (Namespace each : all.getStore().list()) {
            if (each.getMetadata().getDeletionTimestamp() == null) {
                alive.add(each.getMetadata().getName());
                if (labelled(each)) {
                    wanted.add(each.getMetadata().getName());
                }
            }
        }
        for (SharedIndexInformer<Pod> some : pods) {
            some.getStore().list().forEach(pod -> wanted.add(pod.getMetadata().getNamespace()));
        }
        wanted.retainAll(alive);
        wanted.removeIf(name -> Demand.isExempt(name, Set.of(own)) || outside(name));
        return wanted;
    }

    private boolean outside(String name) {
        return !watched.isEmpty() && !watched.contains(name);
    }

    private static boolean labelled(Namespace namespace) {
        return namespace.getMetadata().getLabels() != null
                && "true".equals(namespace.getMetadata().getLabels().get(Marks.INJECT));
    }

    // Of a pod its namespace is enough, and a cluster has many.
    private static final class Named<T extends HasMetadata> extends BasicItemStore<T> {
        Named() {
            super(Cache::metaNamespaceKeyFunc);
        }

        @Override
        public @Nullable T put(String key, T object) {
            object.getMetadata().setManagedFields(new ArrayList<>());
            object.getMetadata().setAnnotations(new HashMap<>());
            if (object instanceof Pod pod) {
                pod.setSpec(null);
                pod.setStatus(null);
            }
            return super.put(key, object);
        }
    }

    private final class Telling<T extends HasMetadata> implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T added) {
            changed.run();
        }

        @Override
        public void onUpdate(T before, T after) {
            // A pod's status changes all the time and says nothing here.
            if (after instanceof Namespace) {
                changed.run();
            }
        }

        @Override
        public void onDelete(T gone, boolean unknown) {
            // What is not needed any more is left where it is.
        }
    }
}
