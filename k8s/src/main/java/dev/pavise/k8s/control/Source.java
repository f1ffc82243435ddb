package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where objects are seen: in what the informers keep, or at the API server itself. */
interface Source {
    /** Null where it is not there. */
    @Nullable
    Deployment deployment(Target target);

    List<ReplicaSet> replicaSets(Deployment deployment);

    List<Pod> pods(ReplicaSet replicaSet);

    List<PodDisruptionBudget> budgets(String namespace);

    List<Service> services(String namespace);

    List<HorizontalPodAutoscaler> autoscalers(String namespace);

    List<Node> nodes();

    Map<String, String> namespaceLabels(String namespace);

    /** Whether the injector's webhook configuration is there. */
    boolean injector();
}
