package dev.pavise.k8s.plan;

import java.util.Set;

/**
 * A PodDisruptionBudget, as far as it has a say here. The API server has the last word; this saves asking in vain.
 *
 * @param pods the names of the pods that it covers
 * @param allowed how many may be disrupted now
 * @param unreadyToo whether it lets a pod that is not ready go even then
 */
public record BudgetView(String name, Set<String> pods, int allowed, boolean unreadyToo) {
    public BudgetView {
        pods = Set.copyOf(pods);
    }

    boolean forbids(PodView pod) {
        return pods.contains(pod.name()) && allowed <= 0 && (pod.ready() || !unreadyToo);
    }
}
