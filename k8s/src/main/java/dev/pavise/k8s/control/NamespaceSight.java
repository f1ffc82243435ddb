package dev.pavise.k8s.control;

import dev.pavise.k8s.cluster.ClusterFault;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is followed in one namespace that has a Deployment to look after. */
final class NamespaceSight implements AutoCloseable {
    final Informed<Pod> pods;
    final Informed<ReplicaSet> replicaSets;
    final Informed<PodDisruptionBudget> budgets;
    final Informed<Service> services;
    final Informed<HorizontalPodAutoscaler> autoscalers;

    /** @param changed is told that something in the namespace did */
    NamespaceSight(KubernetesClient client, String namespace, Runnable changed) {
        String in = " in " + namespace;
        pods = new Informed<>("list and watch pods" + in, client.pods().inNamespace(namespace), each -> changed.run());
        replicaSets = new Informed<>(
                "list and watch replicasets" + in,
                client.apps().replicaSets().inNamespace(namespace),
                each -> changed.run());
        budgets = new Informed<>(
                "list and watch poddisruptionbudgets" + in,
                client.policy().v1().podDisruptionBudget().inNamespace(namespace),
                each -> changed.run());
        services = new Informed<>(
                "list and watch services" + in, client.services().inNamespace(namespace), each -> changed.run());
        autoscalers = new Informed<>(
                "list and watch horizontalpodautoscalers" + in,
                client.autoscaling().v2().horizontalPodAutoscalers().inNamespace(namespace),
                each -> changed.run());
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
