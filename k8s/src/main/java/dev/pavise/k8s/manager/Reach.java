package dev.pavise.k8s.manager;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.cluster.ClusterFault;
import dev.pavise.k8s.manager.config.CallerGrant;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which Deployment a gateway may touch: the one that owns its own pod, and those that the configuration grants to its service account.
 *
 * <p>Guarantees that a gateway reaches no Deployment of another namespace without a grant. Ownership is read from the cluster, step by
 * step and by uid. It does not hold against whoever may make pods in a namespace: he can make one that is owned by a ReplicaSet there.
 */
final class Reach {
    private static final String APPS = "apps/v1";

    private final KubernetesClient client;
    private final List<CallerGrant> grants;

    Reach(KubernetesClient client, List<CallerGrant> grants) {
        this.client = client;
        this.grants = List.copyOf(grants);
    }

    /**
     * What is meant, if the caller may touch it.
     *
     * @param namespace as asked for; null for the caller's own
     * @param deployment as asked for; null for the one that owns the caller's pod
     */
    Target target(Caller caller, @Nullable String namespace, @Nullable String deployment) throws Refusal {
        if (deployment == null) {
            Target own = own(caller)
                    .orElseThrow(() -> new Refusal(
                            Code.NO_SUCH_DEPLOYMENT,
                            "pod `" + caller.pod()
                                    + "` is not one of a Deployment; name one as `kubernetes.deployment`"));
            if (namespace != null && !namespace.equals(own.namespace())) {
                throw new Refusal(
                        Code.INVALID_ARGUMENT,
                        "`namespace` names another one than the gateway's, and `deployment` nothing");
            }
            return own;
        }
        Target asked = named(namespace == null ? caller.namespace() : namespace, deployment);
        boolean granted =
                grants.stream().anyMatch(each -> each.allows(caller.namespace(), caller.serviceAccount(), asked));
        if (granted
                || (asked.namespace().equals(caller.namespace()) && own(caller).equals(Optional.of(asked)))) {
            return asked;
        }
        throw new Refusal(
                Code.FORBIDDEN,
                asked + " is not the one that owns the gateway's pod, and `callers` grants it to service account `"
                        + caller.namespace() + "/" + caller.serviceAccount() + "` nowhere");
    }

    private static Target named(String namespace, String deployment) throws Refusal {
        try {
            return Target.deployment(namespace, deployment);
        } catch (IllegalArgumentException unfit) {
            throw new Refusal(Code.INVALID_ARGUMENT, "`namespace` or `deployment` is no name of Kubernetes");
        }
    }

    private Optional<Target> own(Caller caller) throws Refusal {
        String namespace = caller.namespace();
        Pod pod = read(
                "get pods in " + namespace,
                () -> client.pods()
                        .inNamespace(namespace)
                        .withName(caller.pod())
                        .get());
        if (pod == null || !caller.podUid().equals(pod.getMetadata().getUid())) {
            throw new Refusal(Code.FORBIDDEN, "the pod that the token is bound to is gone");
        }
        Optional<OwnerReference> set = controller(pod, "ReplicaSet");
        if (set.isEmpty()) {
            return Optional.empty();
        }
        ReplicaSet found = read(
                "get replicasets in " + namespace,
                () -> client.apps()
                        .replicaSets()
                        .inNamespace(namespace)
                        .withName(set.get().getName())
                        .get());
        if (found == null || !same(set.get(), found)) {
            return Optional.empty();
        }
        Optional<OwnerReference> owner = controller(found, "Deployment");
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        Deployment deployment = read(
                "get deployments in " + namespace,
                () -> client.apps()
                        .deployments()
                        .inNamespace(namespace)
                        .withName(owner.get().getName())
                        .get());
        return deployment != null && same(owner.get(), deployment)
                ? Optional.of(
                        Target.deployment(namespace, deployment.getMetadata().getName()))
                : Optional.empty();
    }

    private static Optional<OwnerReference> controller(HasMetadata object, String kind) {
        List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
        return owners == null
                ? Optional.empty()
                : owners.stream()
                        .filter(each -> Boolean.TRUE.equals(each.getController())
                                && kind.equals(each.getKind())
                                && APPS.equals(each.getApiVersion()))
                        .findFirst();
    }

    private static boolean same(OwnerReference reference, HasMetadata object) {
        return Objects.equals(reference.getUid(), object.getMetadata().getUid());
    }

    private static <T> @Nullable T read(String what, Supplier<@Nullable T> question) throws Refusal {
        try {
            return question.get();
        } catch (RuntimeException failure) {
            throw new Refusal(
                    Code.CLUSTER_UNAVAILABLE, ClusterFault.of(what, failure).why());
        }
    }
}
