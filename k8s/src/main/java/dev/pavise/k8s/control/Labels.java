package dev.pavise.k8s.control;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Labels and what selects by them. */
final class Labels {
    private Labels() {}

    static Map<String, String> of(@Nullable HasMetadata object) {
        return object == null
                        || object.getMetadata() == null
                        || object.getMetadata().getLabels() == null
                ? Map.of()
                : object.getMetadata().getLabels();
    }

    static Map<String, String> annotations(@Nullable HasMetadata object) {
        return object == null
                        || object.getMetadata() == null
                        || object.getMetadata().getAnnotations() == null
                ? Map.of()
                : object.getMetadata().getAnnotations();
    }

    /** None selects nothing, an empty one all: so it is with disruption budgets of policy/v1. */
    static boolean selects(@Nullable LabelSelector selector, Map<String, String> labels) {
        if (selector == null) {
            return false;
        }
        Map<String, String> plain = selector.getMatchLabels() == null ? Map.of() : selector.getMatchLabels();
        List<LabelSelectorRequirement> more =
                selector.getMatchExpressions() == null ? List.of() : selector.getMatchExpressions();
        return plain.entrySet().stream().allMatch(each -> each.getValue().equals(labels.get(each.getKey())))
                && more.stream().allMatch(each -> meets(each, labels.get(each.getKey())));
    }

    // What is not understood selects: a budget that covers a pod too many only makes us wait.
    private static boolean meets(LabelSelectorRequirement requirement, @Nullable String value) {
        List<String> values = requirement.getValues() == null ? List.of() : requirement.getValues();
        return switch (String.valueOf(requirement.getOperator())) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> true;
        };
    }
}
