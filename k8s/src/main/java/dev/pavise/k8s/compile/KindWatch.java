package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources of one kind as the API server has them. Where the kind is not installed there are none; where the API server does not say, nobody knows, and
 * nothing may be concluded.
 */
final class KindWatch {
    private static final Logger log = LoggerFactory.getLogger(KindWatch.class);

    private final Kind kind;
    private final List<SharedIndexInformer<GenericKubernetesResource>> informers = new ArrayList<>();
    private final Runnable changed;
    private volatile boolean missing;

    /** @param watched the only namespaces that count; empty for all */
    KindWatch(KubernetesClient client, Kind kind, List<String> watched, Runnable changed) {
        this.kind = kind;
        this.changed = changed;
        var all = client.genericKubernetesResources(kind.context());
        if (watched.isEmpty()) informers.add(all.inAnyNamespace().runnableInformer(0));
        for (String namespace : watched)
            informers.add(all.inNamespace(namespace).runnableInformer(0));
    }

    void start() {
        for (SharedIndexInformer<GenericKubernetesResource> each : informers) {
            each.addEventHandler(new Changes<>(this::seen));
            each.exceptionHandler((started, failure) -> failed(failure));
            var _ = each.start();
        }
    }

    void stop() {
        informers.forEach(SharedIndexInformer::stop);
    }

    private void seen() {
        missing = false;
        changed.run();
    }

    private boolean failed(Throwable failure) {
        Throwable said =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean absent = said instanceof KubernetesClientException answered
                && answered.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
        if (absent && !missing) {
            log.warn(
                    "the cluster does not know `{}`; install deploy/crds, until then there are none",
                    kind.definition());
            missing = true;
            changed.run();
        }
        return true; // looked at again, with growing waits
    }

    /** Whether what is listed is all there is. */
    boolean known() {
        return missing || informers.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    boolean installed() {
        return !missing;
    }

    /** Of all namespaces. */
    Stream<String> uids() {
        return informers.stream()
                .flatMap(each -> each.getStore().list().stream())
                .map(each -> String.valueOf(each.getMetadata().getUid()));
    }

    /** Of one namespace, by id. */
    void list(String namespace, Map<String, GenericKubernetesResource> into, List<Resource> resources) {
        if (missing) return;
        for (SharedIndexInformer<GenericKubernetesResource> each : informers) {
            for (GenericKubernetesResource found : each.getStore().list()) {
                if (!namespace.equals(found.getMetadata().getNamespace())) continue;
                if (found.getMetadata().getDeletionTimestamp() != null) continue;
                Resource.of(kind, found).ifPresent(resource -> {
                    into.put(resource.id(), found);
                    resources.add(resource);
                });
            }
        }
    }
}
