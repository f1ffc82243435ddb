package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.cluster.ClusterFault;
import dev.pavise.k8s.plan.DeploymentView;
import dev.pavise.k8s.plan.Finding;
import dev.pavise.k8s.plan.FindingCode;
import dev.pavise.k8s.plan.NodeView;
import dev.pavise.k8s.plan.Observed;
import dev.pavise.k8s.plan.PodView;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at one Deployment and all around it. What may not be seen becomes a finding, and the plan does nothing on it. */
final class Looking {
    private static final String INJECT = "pavise.dev/inject";
    private static final Set<String> SYSTEM = Set.of("kube-system", "kube-public", "kube-node-lease");

    private final Source source;
    private final Target target;
    private final Set<String> exempt;
    private final Instant now;
    private final List<Finding> blind;

    private Looking(Source source, Target target, Set<String> exempt, List<Finding> blind, Instant now) {
        this.source = source;
        this.target = target;
        this.exempt = exempt;
        this.now = now;
        this.blind = new ArrayList<>(blind);
    }

    /**
     * What was seen, and the very objects.
     *
     * @param deployment null where it is not there
     */
    record Sighted(Observed observed, @Nullable Deployment deployment, List<Pod> pods) {}

    /** @param blind what is known beforehand not to be seen */
    static Sighted look(Source source, Target target, Set<String> exempt, List<Finding> blind, Instant now) {
        return new Looking(source, target, exempt, blind, now).look();
    }

    private Sighted look() {
        Deployment deployment = find("get deployments", () -> source.deployment(target));
        List<Pod> pods = new ArrayList<>();
        if (deployment != null) {
            for (ReplicaSet each :
                    see("list replicasets", () -> source.replicaSets(deployment), List.<ReplicaSet>of())) {
                pods.addAll(see("list pods", () -> source.pods(each), List.<Pod>of()));
            }
        }
        DeploymentView view = deployment == null ? null : Views.deployment(target, deployment);
        List<PodView> podViews = podViews(pods);
        Observed observed = new Observed(
                view,
                podViews,
                nodes(),
                Views.budgets(
                        see("list poddisruptionbudgets", () -> source.budgets(target.namespace()), List.of()), pods),
                autoscaler(),
                podViews.stream().allMatch(each -> each.injected() || !each.demanded()) || injector(),
                blind,
                now);
        return new Sighted(observed, deployment, pods);
    }

    private boolean injector() {
        return see("get mutatingwebhookconfigurations", source::injector, false);
    }

    private List<PodView> podViews(List<Pod> pods) {
        boolean left = SYSTEM.contains(target.namespace()) || exempt.contains(target.namespace());
        Map<String, String> labels = left || pods.isEmpty()
                ? Map.of()
                : see("get namespaces", () -> source.namespaceLabels(target.namespace()), Map.<String, String>of());
        List<PodView> views = new ArrayList<>();
        for (Pod pod : pods) {
            boolean demanded = !left
                    && ("true".equals(labels.get(INJECT))
                            || "true".equals(Labels.of(pod).get(INJECT)));
            views.add(PodViews.of(pod, demanded, now));
        }
        return views;
    }

    private @Nullable Map<String, NodeView> nodes() {
        List<Node> nodes = find("list nodes", source::nodes);
        if (nodes == null) {
            return null;
        }
        Map<String, NodeView> views = new HashMap<>();
        nodes.forEach(node -> views.put(Views.text(node.getMetadata().getName()), Views.node(node, now)));
        return views;
    }

    private @Nullable String autoscaler() {
        for (HorizontalPodAutoscaler each : see(
                "list horizontalpodautoscalers",
                () -> source.autoscalers(target.namespace()),
                List.<HorizontalPodAutoscaler>of())) {
            CrossVersionObjectReference scaled =
                    each.getSpec() == null ? null : each.getSpec().getScaleTargetRef();
            if (scaled != null
                    && "Deployment".equals(scaled.getKind())
                    && target.name().equals(scaled.getName())) {
                return each.getMetadata().getName();
            }
        }
        return null;
    }

    private <T> T see(String what, Supplier<T> look, T otherwise) {
        T found = find(what, look);
        return found == null ? otherwise : found;
    }

    private <T> @Nullable T find(String what, Supplier<T> look) {
        try {
            return look.get();
        } catch (KubernetesClientException e) {
            blind.add(finding(ClusterFault.of(what + " in " + target.namespace(), e), target.toString(), now));
            return null;
        }
    }

    static Finding finding(ClusterFault fault, String object, Instant now) {
        FindingCode code =
                fault.kind() == ClusterFault.Kind.DENIED ? FindingCode.RBAC_DENIED : FindingCode.CLUSTER_UNAVAILABLE;
        return new Finding(code, object, fault.why(), now);
    }
}
