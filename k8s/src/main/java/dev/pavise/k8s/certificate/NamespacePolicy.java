package dev.pavise.k8s.certificate;

import dev.pavise.k8s.inject.InjectedPolicy;
import dev.pavise.k8s.manager.config.InjectionConfig;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;

/** Keeps the NetworkPolicy of a namespace with sidecars. */
final class NamespacePolicy {
    private final KubernetesClient client;
    private final Secrets secrets;
    private final NetworkPolicyPeer scrapers;

    NamespacePolicy(KubernetesClient client, Secrets secrets, InjectionConfig scrapers) {
        this.client = client;
        this.secrets = secrets;
        this.scrapers = peer(scrapers);
    }

    private static NetworkPolicyPeer peer(InjectionConfig scrapers) {
        NetworkPolicyPeerBuilder peer = new NetworkPolicyPeerBuilder()
                .withNewNamespaceSelector()
                .withMatchLabels(scrapers.monitoringNamespace())
                .endNamespaceSelector();
        if (!scrapers.monitoringPods().isEmpty()) {
            peer.withNewPodSelector().withMatchLabels(scrapers.monitoringPods()).endPodSelector();
        }
        return peer.build();
    }

    void keep(String namespace) {
        NetworkPolicy policy = InjectedPolicy.of(
                namespace, List.of(scrapers), Map.of("app.kubernetes.io/managed-by", Secrets.FIELD_MANAGER));
        NetworkPolicy found = client.network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withName(policy.getMetadata().getName())
                .get();
        if (found == null) {
            secrets.apply("k8s.networkpolicy", policy, "it is missing");
        } else if (!policy.getSpec().equals(found.getSpec())) {
            secrets.apply(
                    "k8s.networkpolicy", policy, "it lets in what it should not, or keeps out what it should let in");
        }
    }
}
