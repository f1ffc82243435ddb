package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the API server itself: for a Deployment that no informer follows, and where what was asked for has to be done on what is there now. */
final class LiveSource implements Source {
    static final String WEBHOOK = "pavise-injector";

    private final KubernetesClient client;

    LiveSource(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public @Nullable Deployment deployment(Target target) {
        return client.apps()
                .deployments()
                .inNamespace(target.namespace())
                .withName(target.name())
                .get();
    }

    @Override
    public List<ReplicaSet> replicaSets(Deployment deployment) {
        return client
                .apps()
                .replicaSets()
                .inNamespace(deployment.getMetadata().getNamespace())
                .withLabelSelector(selector(deployment))
                .list()
                .getItems()
                .stream()
                .filter(each -> Owners.owns(deployment, each))
                .toList();
    }

    private static LabelSelector selector(Deployment deployment) {
        return deployment.getSpec().getSelector();
    }

    @Override
    public List<Pod> pods(ReplicaSet replicaSet) {
        return client
                .pods()
                .inNamespace(replicaSet.getMetadata().getNamespace())
                .withLabelSelector(replicaSet.getSpec().getSelector())
                .list()
                .getItems()
                .stream()
                .filter(each -> Owners.owns(replicaSet, each))
                .toList();
    }

    @Override
    public List<PodDisruptionBudget> budgets(String namespace) {
        return client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .list()
                .getItems();
    }

    @Override
    public List<Service> services(String namespace) {
        return client.services().inNamespace(namespace).list().getItems();
    }

    @Override
    public List<HorizontalPodAutoscaler> autoscalers(String namespace) {
        return client.autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(namespace)
                .list()
                .getItems();
    }

    @Override
    public List<Node> nodes() {
        return client.nodes().list().getItems();
    }

    @Override
    public Map<String, String> namespaceLabels(String namespace) {
        Namespace found = client.namespaces().withName(namespace).get();
        return Labels.of(found);
    }

    @Override
    public boolean injector() {
        return canBeAsked(client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(WEBHOOK)
                .get());
    }

    /** Where it was made anew nobody trusts it until its caBundle is put in: a pod that is taken away then does not come back. */
    static boolean canBeAsked(@Nullable MutatingWebhookConfiguration found) {
        return found != null
                && found.getWebhooks().stream()
                        .map(each -> each.getClientConfig().getCaBundle())
                        .noneMatch(bundle -> bundle == null || bundle.isEmpty());
    }
}
