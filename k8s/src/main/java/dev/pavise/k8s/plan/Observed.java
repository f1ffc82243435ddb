package dev.pavise.k8s.plan;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is seen of a Deployment and around it.
 *
 * @param deployment null where there is none
 * @param pods those that it owns, through its ReplicaSets
 * @param nodes all nodes by name; null where nodes cannot be seen, and nothing is known of them
 * @param autoscaler the HorizontalPodAutoscaler that owns the number of pods; null where none does
 * @param injector whether the injector's webhook configuration is there
 * @param around what leads to its pods and not to their sidecars
 * @param blind what cannot be seen, and why; while there is any, nothing is done
 */
public record Observed(
        @Nullable DeploymentView deployment,
        List<PodView> pods,
        @Nullable Map<String, NodeView> nodes,
        List<BudgetView> budgets,
        @Nullable String autoscaler,
        boolean injector,
        List<Finding> around,
        List<Finding> blind,
        Instant now) {
    public Observed {
        pods = List.copyOf(pods);
        nodes = nodes == null ? null : Map.copyOf(nodes);
        budgets = List.copyOf(budgets);
        around = List.copyOf(around);
        blind = List.copyOf(blind);
    }

    /** Whether most nodes are lost: then it is rather the network that is cut, and moving pods would pile them on what is left. */
    boolean mostNodesLost() {
        if (nodes == null || nodes.size() <= 2) {
            return false;
        }
        long lost = nodes.values().stream().filter(each -> !each.ready()).count();
        return lost * 2 > nodes.size();
    }
}
