package dev.pavise.k8s.control;

import dev.pavise.k8s.cluster.ClusterFault;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is followed in one namespace, or in all. Of each object only what somebody looks at is kept. */
final class WatchedScope implements AutoCloseable {
    final Informed<Pod> pods;
    final Informed<ReplicaSet> replicaSets;
    final Informed<PodDisruptionBudget> budgets;
    final Informed<Service> services;
    final Informed<HorizontalPodAutoscaler> autoscalers;

    private final @Nullable String namespace;
    private final Consumer<HasMetadata> changed;

    /**
     * @param namespace null for all
     * @param changed is told what did
     */
    WatchedScope(KubernetesClient client, @Nullable String namespace, Consumer<HasMetadata> changed) {
        this.namespace = namespace;
        this.changed = changed;
        pods = follow("pods", client.pods(), Kept::pod);
        replicaSets = follow("replicasets", client.apps().replicaSets(), Kept::replicaSet);
        budgets = follow("poddisruptionbudgets", client.policy().v1().podDisruptionBudget(), Kept::any);
        services = follow("services", client.services(), Kept::any);
        autoscalers =
                follow("horizontalpodautoscalers", client.autoscaling().v2().horizontalPodAutoscalers(), Kept::any);
    }

    private <T extends HasMetadata> Informed<T> follow(
            String resource, MixedOperation<T, ?, ?> kind, Consumer<T> keep) {
        String what = "list and watch " + resource;
        return namespace == null
                ? new Informed<>(what, kind.inAnyNamespace(), keep, changed)
                : new Informed<>(what + " in " + namespace, kind.inNamespace(namespace), keep, changed);
    }

    private Stream<Informed<?>> all() {
        return Stream.of(pods, replicaSets, budgets, services, autoscalers);
    }

    boolean synced() {
        return all().allMatch(Informed::synced);
    }

    List<ClusterFault> faults() {
        return all().map(Informed::fault).flatMap(Optional::stream).toList();
    }

    @Override
    public void close() {
        all().forEach(Informed::close);
    }
}
