package dev.pavise.k8s.certificate;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.Function;

/** Keeps the NetworkPolicy of a namespace with sidecars. */
final class NamespacePolicy {
    private final KubernetesClient client;
    private final Secrets secrets;
    private final Function<String, NetworkPolicy> wanted;

    /** @param wanted for a namespace */
    NamespacePolicy(KubernetesClient client, Secrets secrets, Function<String, NetworkPolicy> wanted) {
        this.client = client;
        this.secrets = secrets;
        this.wanted = wanted;
    }

    void keep(String namespace) {
        NetworkPolicy policy = wanted.apply(namespace);
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
