package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.cluster.ClusterFault;
import dev.pavise.k8s.plan.Finding;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All that is followed: the Deployments that are looked after, and around them what matters to their healing. */
final class Sight implements Source, AutoCloseable {
    private final KubernetesClient client;
    private final ControlSettings settings;
    private final SharedWatches watches;
    private final Consumer<Target> changed;
    private final List<Informed<Deployment>> deployments = new CopyOnWriteArrayList<>();
    private final Informed<Node> nodes;
    private final Informed<Namespace> namespaces;

    /** @param changed is told which Deployment to look at again */
    Sight(KubernetesClient client, ControlSettings settings, SharedWatches watches, Consumer<Target> changed) {
        this.client = client;
        this.settings = settings;
        this.watches = watches;
        this.changed = changed;
        nodes = new Informed<>("list and watch nodes", client.nodes(), Kept::node, each -> allOf(null));
        namespaces = new Informed<>(
                "list and watch namespaces",
                client.namespaces(),
                Kept::any,
                each -> allOf(each.getMetadata().getName()));
        follow();
    }

    private void follow() {
        if (settings.namespaces().isEmpty()) {
            deployments.add(new Informed<>(
                    "list and watch deployments",
                    client.apps().deployments().inAnyNamespace().withLabel(ControlSettings.MANAGED, "true"),
                    Kept::deployment,
                    this::told));
        }
        for (String each : settings.namespaces()) {
            deployments.add(new Informed<>(
                    "list and watch deployments in " + each,
                    client.apps().deployments().inNamespace(each).withLabel(ControlSettings.MANAGED, "true"),
                    Kept::deployment,
                    this::told));
        }
        Target one = settings.configured();
        if (one != null) {
            deployments.add(new Informed<>(
                    "list and watch deployments in " + one.namespace(),
                    client.apps().deployments().inNamespace(one.namespace()).withName(one.name()),
                    Kept::deployment,
                    this::told));
            changed.accept(one);
        }
    }

    private void told(Deployment deployment) {
        changed.accept(target(deployment));
    }

    private static Target target(Deployment deployment) {
        return Target.deployment(
                deployment.getMetadata().getNamespace(),
                deployment.getMetadata().getName());
    }

    /** What is looked after in a namespace is to be looked at again; null for everywhere. */
    void allOf(@Nullable String namespace) {
        if (namespace == null) {
            targets().forEach(changed);
            return;
        }
        // Asked for each change of any pod of the cluster: it must not go through all that is looked after.
        deployments.forEach(each -> each.in(namespace).forEach(this::told));
        Target one = settings.configured();
        if (one != null && namespace.equals(one.namespace())) {
            changed.accept(one);
        }
    }

    /** What is looked after. */
    Set<Target> targets() {
        Set<Target> targets = new LinkedHashSet<>();
        for (Informed<Deployment> each : deployments) {
            each.all().forEach(deployment -> targets.add(target(deployment)));
        }
        if (settings.configured() != null) {
            targets.add(settings.configured());
        }
        return targets;
    }

    /** Whether this Deployment is looked after. */
    boolean has(Target target) {
        return target.equals(settings.configured()) || deployment(target) != null;
    }

    /** Whether all Deployments, nodes and namespaces were seen once. */
    boolean synced() {
        return deployments.stream().allMatch(Informed::synced) && nodes.synced() && namespaces.synced();
    }

    /** Whether this Deployment is followed and all around it was seen once. */
    boolean follows(Target target) {
        return synced() && has(target) && in(target.namespace()).synced();
    }

    /** What is not seen now. */
    List<Finding> blind(Target target, Instant now) {
        Stream<ClusterFault> faults = Stream.of(
                        deployments.stream().map(Informed::fault).flatMap(Optional::stream),
                        nodes.fault().stream(),
                        namespaces.fault().stream(),
                        in(target.namespace()).faults().stream())
                .flatMap(each -> each);
        return faults.map(each -> Looking.finding(each, target.toString(), now)).toList();
    }

    private WatchedScope in(String namespace) {
        return watches.in(namespace);
    }

    @Override
    public @Nullable Deployment deployment(Target target) {
        for (Informed<Deployment> each : deployments) {
            Deployment found = each.named(target.namespace(), target.name());
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    @Override
    public List<ReplicaSet> replicaSets(Deployment deployment) {
        return in(deployment.getMetadata().getNamespace())
                .replicaSets
                .ownedBy(deployment.getMetadata().getUid());
    }

    @Override
    public List<Pod> pods(ReplicaSet replicaSet) {
        return in(replicaSet.getMetadata().getNamespace())
                .pods
                .ownedBy(replicaSet.getMetadata().getUid());
    }

    @Override
    public List<PodDisruptionBudget> budgets(String namespace) {
        return in(namespace).budgets.in(namespace);
    }

    @Override
    public List<Service> services(String namespace) {
        return in(namespace).services.in(namespace);
    }

    @Override
    public List<HorizontalPodAutoscaler> autoscalers(String namespace) {
        return in(namespace).autoscalers.in(namespace);
    }

    @Override
    public List<Node> nodes() {
        return nodes.all();
    }

    @Override
    public Map<String, String> namespaceLabels(String namespace) {
        return namespaces.all().stream()
                .filter(each -> namespace.equals(each.getMetadata().getName()))
                .findFirst()
                .map(Labels::of)
                .orElse(Map.of());
    }

    @Override
    public boolean injector() {
        return new LiveSource(client).injector();
    }

    @Override
    public void close() {
        deployments.forEach(Informed::close);
        nodes.close();
        namespaces.close();
    }
}
