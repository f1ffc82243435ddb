package dev.pavise.k8s.inject;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;
import java.util.Map;

/**
 * Makes the NetworkPolicy of a namespace with injection: what reaches an injected pod from other pods reaches the sidecar's port.
 *
 * <p>It stops traffic of other pods, and from outside the cluster, to the application's own port, by whatever number or name. It
 * does not stop: the node's own traffic (the kubelet's probes, pods in the node's network), containers of the same pod, and
 * anything at all where the cluster's network does not enforce policies.
 */
public final class InjectedPolicy {
    public static final String NAME = "pavise-injected";

    private InjectedPolicy() {}

    /**
     * Makes it.
     *
     * @param metricsFrom who may scrape the sidecar; with nobody in it the metrics' port is closed to all
     * @param labels the maker's, such as {@code app.kubernetes.io/managed-by}
     */
    public static NetworkPolicy of(String namespace, List<NetworkPolicyPeer> metricsFrom, Map<String, String> labels) {
        NetworkPolicyBuilder policy = new NetworkPolicyBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(namespace)
                .withLabels(Map.copyOf(labels))
                .endMetadata()
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(Map.of(Marks.INJECTED, "true"))
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .withIngress(rule(Marks.PORT, List.of()))
                .endSpec();
        if (!metricsFrom.isEmpty()) {
            policy.editSpec()
                    .addToIngress(rule(Marks.METRICS_PORT, metricsFrom))
                    .endSpec();
        }
        return policy.build();
    }

    private static NetworkPolicyIngressRule rule(int port, List<NetworkPolicyPeer> from) {
        return new NetworkPolicyIngressRuleBuilder()
                .addNewPort()
                .withProtocol("TCP")
                .withPort(new IntOrString(port))
                .endPort()
                .withFrom(from)
                .build();
    }
}
