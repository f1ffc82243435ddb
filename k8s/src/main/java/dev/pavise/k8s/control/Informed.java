package dev.pavise.k8s.control;

import dev.pavise.k8s.cluster.ClusterFault;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the objects of one kind. A watch that ends, or is too old (410), is taken up again, by listing anew where it must be; that goes on with growing
 * pauses until closed, whatever the API server answers.
 */
final class Informed<T extends HasMetadata> implements AutoCloseable {
    private static final String OWNER = "owner";
    private static final long PAGE = 500;

    private final SharedIndexInformer<T> informer;
    private volatile @Nullable ClusterFault fault;

    /**
     * @param what what is asked of the API server, for findings: {@code list and watch pods in agents}
     * @param keep takes out of an object what nobody looks at
     */
    Informed(String what, Informable<T> kind, Consumer<T> keep, Consumer<? super T> changed) {
        informer = kind.withLimit(PAGE).runnableInformer(0);
        informer.itemStore(new Trimmed<>(keep));
        informer.addIndexers(Map.of(OWNER, Informed::owner));
        informer.addEventHandler(new Handler<>(changed));
        informer.exceptionHandler((started, failure) -> {
            fault = ClusterFault.of(
                    what, failure instanceof RuntimeException told ? told : new IllegalStateException(failure));
            return true;
        });
        informer.start();
    }

    private static <T extends HasMetadata> List<String> owner(T object) {
        String owner = Owners.of(object);
        return owner == null ? List.of() : List.of(owner);
    }

    /** Whether all that there is was seen once. */
    boolean synced() {
        return informer.hasSynced();
    }

    /** Why nothing is seen; empty while the watch stands, and before anything went wrong. */
    Optional<ClusterFault> fault() {
        if (informer.isWatching()) {
            fault = null;
        }
        return Optional.ofNullable(fault);
    }

    List<T> all() {
        return informer.getStore().list();
    }

    List<T> in(String namespace) {
        return informer.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace);
    }

    @Nullable
    T named(String namespace, String name) {
        return informer.getStore().getByKey(Cache.namespaceKeyFunc(namespace, name));
    }

    List<T> ownedBy(String uid) {
        return informer.getIndexer().byIndex(OWNER, uid);
    }

    @Override
    public void close() {
        informer.stop();
    }

    private static final class Trimmed<T extends HasMetadata> extends BasicItemStore<T> {
        private final Consumer<T> keep;

        Trimmed(Consumer<T> keep) {
            super(Cache::metaNamespaceKeyFunc);
            this.keep = keep;
        }

        @Override
        public @Nullable T put(String key, T object) {
            keep.accept(object);
            return super.put(key, object);
        }
    }

    private record Handler<T>(Consumer<? super T> changed) implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            changed.accept(object);
        }

        @Override
        public void onUpdate(T before, T after) {
            changed.accept(after);
        }

        @Override
        public void onDelete(T object, boolean unknown) {
            changed.accept(object);
        }
    }
}
