package dev.pavise.runner.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where and how native tools run as Jobs of a cluster.
 *
 * @param namespace null for the runner's own
 * @param runtimeClass what keeps the node's kernel out of a tool's reach; there is no way to leave it out
 * @param image with its digest, so that what was tried is what runs
 * @param imagePullSecret null where the registry asks for nothing
 * @param ttl how long the cluster keeps what a runner could not remove itself
 * @param startTimeout from asking for a pod until its tool starts
 * @param kubeconfig null for the service account of the runner's own pod
 */
public record KubernetesConfig(
        @Nullable String namespace,
        String runtimeClass,
        String image,
        @Nullable String imagePullSecret,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations,
        Duration ttl,
        Duration startTimeout,
        @Nullable Path kubeconfig) {
    /** Copies list and map. */
    public KubernetesConfig {
        nodeSelector = Map.copyOf(nodeSelector);
        tolerations = List.copyOf(tolerations);
    }

    /**
     * A taint that pods of tools bear.
     *
     * @param value null for any
     * @param effect null for every one
     */
    public record Toleration(
            String key, @Nullable String value, @Nullable String effect) {}
}
