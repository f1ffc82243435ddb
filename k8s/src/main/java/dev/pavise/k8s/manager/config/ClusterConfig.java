package dev.pavise.k8s.manager.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which part of which cluster is looked after.
 *
 * @param namespace the manager's own; null for that of its pod
 * @param deployment one that is looked after beside those with the label; null for none
 * @param manifest what {@code deployment} is made from where it is missing; null where it is not to be made
 * @param watch the namespaces that are looked after; empty for every one
 * @param kubeconfig how the API server is reached; null for the service account of the manager's own pod
 */
public record ClusterConfig(
        @Nullable String namespace,
        @Nullable String deployment,
        @Nullable Path manifest,
        List<String> watch,
        Reconcile reconcile,
        Heal heal,
        @Nullable Path kubeconfig) {
    /** Copies the list. */
    public ClusterConfig {
        watch = List.copyOf(watch);
    }

    /**
     * Whether the manager acts by itself, and how often it looks where no event made it look.
     *
     * @param enabled if not, it acts only when it is asked
     */
    public record Reconcile(boolean enabled, Duration interval) {}

    /**
     * How much healing one Deployment gets.
     *
     * @param budget so many restarts or evictions an hour
     * @param backOff the wait after the first, doubled after each further one
     */
    public record Heal(int budget, Duration backOff) {}
}
