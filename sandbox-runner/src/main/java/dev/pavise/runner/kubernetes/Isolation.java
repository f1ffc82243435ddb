package dev.pavise.runner.kubernetes;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the network policies of a namespace leave a tool's pod without a network. Policies add up: one that allows something is enough, whatever the
 * others say. What it cannot see is whether the cluster's network plug-in enforces policies at all.
 */
final class Isolation {
    private Isolation() {}

    /** What is wrong, if something is. */
    static Optional<String> problem(List<NetworkPolicy> policies, Map<String, String> labels) {
        boolean ingress = false;
        boolean egress = false;
        for (NetworkPolicy policy : policies) {
            NetworkPolicySpec spec = policy.getSpec();
            if (spec == null || !selects(spec.getPodSelector(), labels)) {
                continue;
            }
            if (!isEmpty(spec.getIngress()) || !isEmpty(spec.getEgress())) {
                return Optional.of("the NetworkPolicy `" + policy.getMetadata().getName()
                        + "` lets something through for pods of tools; narrow its podSelector");
            }
            ingress |= spec.getPolicyTypes().contains("Ingress");
            egress |= spec.getPolicyTypes().contains("Egress");
        }
        return ingress && egress
                ? Optional.empty()
                : Optional.of("no NetworkPolicy denies ingress and egress of pods with the label " + Labels.TOOL
                        + "; apply the one of docs/runner-kubernetes.md");
    }

    private static boolean isEmpty(@Nullable Collection<?> rules) {
        return rules == null || rules.isEmpty();
    }

    /** As the API server selects: all terms have to hold; a selector without any is for all pods. */
    private static boolean selects(@Nullable LabelSelector selector, Map<String, String> labels) {
        if (selector == null) {
            return true;
        }
        return labels.entrySet().containsAll(selector.getMatchLabels().entrySet())
                && selector.getMatchExpressions().stream().allMatch(each -> holds(each, labels));
    }

    private static boolean holds(LabelSelectorRequirement term, Map<String, String> labels) {
        String value = labels.get(term.getKey());
        return switch (term.getOperator()) {
            case "In" -> value != null && term.getValues().contains(value);
            case "NotIn" -> value == null || !term.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> true; // one that is not known may well select, and then it is looked at
        };
    }
}
