package dev.pavise.k8s;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A Deployment with its ReplicaSet and pods, made as the controllers and the kubelet of a cluster would, which are missing where tests run.
 */
public final class Fleet {
    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private ReplicaSet replicaSet;

    public Fleet(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    /** A Deployment that a real API server takes. */
    public static Deployment manifest(String name, int replicas) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .withTemplate(template(name))
                .endSpec()
                .build();
    }

    private static PodTemplateSpec template(String name) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("agent")
                .withImage("registry.example/agent:1")
                .withNewResources()
                .addToLimits("memory", new io.fabric8.kubernetes.api.model.Quantity("256Mi"))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    /** Makes the Deployment, labelled as given, and its ReplicaSet; its rollout is complete. */
    public Deployment make(int replicas, Map<String, String> labels) {
        Deployment made = client.apps()
                .deployments()
                .inNamespace(namespace)
                .resource(new DeploymentBuilder(manifest(name, replicas))
                        .editMetadata()
                        .addToLabels(labels)
                        .endMetadata()
                        .build())
                .create();
        Map<String, String> hashed = new HashMap<>(Map.of("app", name, "pod-template-hash", "5d9"));
        replicaSet = client.apps()
                .replicaSets()
                .inNamespace(namespace)
                .resource(new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withName(name + "-5d9")
                        .withLabels(hashed)
                        .withOwnerReferences(owner(
                                "apps/v1",
                                "Deployment",
                                name,
                                made.getMetadata().getUid()))
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .withNewSelector()
                        .withMatchLabels(hashed)
                        .endSelector()
                        .withTemplate(template(name))
                        .editTemplate()
                        .editMetadata()
                        .addToLabels("pod-template-hash", "5d9")
                        .endMetadata()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
        return rolledOut();
    }

    private static OwnerReference owner(String version, String kind, String name, String uid) {
        return new OwnerReferenceBuilder()
                .withApiVersion(version)
                .withKind(kind)
                .withName(name)
                .withUid(uid)
                .withController(true)
                .build();
    }

    /** Says, as the Deployment's controller would, that all its pods are of the newest template. */
    public Deployment rolledOut() {
        return rollout("NewReplicaSetAvailable", "True");
    }

    /** Says where the rollout stands. */
    public Deployment rollout(String reason, String status) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .editStatus(live -> new DeploymentBuilder(live)
                        .withNewStatus()
                        .withObservedGeneration(live.getMetadata().getGeneration())
                        .withReplicas(live.getSpec().getReplicas())
                        .withUpdatedReplicas(live.getSpec().getReplicas())
                        .withAvailableReplicas(live.getSpec().getReplicas())
                        .withReadyReplicas(live.getSpec().getReplicas())
                        .addNewCondition()
                        .withType("Progressing")
                        .withStatus(status)
                        .withReason(reason)
                        .withMessage(reason)
                        .withLastTransitionTime(now)
                        .withLastUpdateTime(now)
                        .endCondition()
                        .endStatus()
                        .build());
    }

    public Deployment deployment() {
        return client.apps().deployments().inNamespace(namespace).withName(name).get();
    }

    /** Makes a pod of it that runs and is ready. */
    public Pod pod(String suffix) {
        return pod(suffix, pod -> pod);
    }

    public Pod pod(String suffix, UnaryOperator<Pod> change) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name + "-5d9-" + suffix)
                .withLabels(Map.of("app", name, "pod-template-hash", "5d9"))
                .withOwnerReferences(owner(
                        "apps/v1",
                        "ReplicaSet",
                        name + "-5d9",
                        replicaSet.getMetadata().getUid()))
                .endMetadata()
                .withSpec(template(name).getSpec())
                .build();
        client.pods().inNamespace(namespace).resource(change.apply(pod)).create();
        return running(suffix);
    }

    /** Says, as the kubelet would, that it runs and is ready. */
    public Pod running(String suffix) {
        return status(
                suffix,
                true,
                status -> status.withNewState()
                        .withNewRunning()
                        .endRunning()
                        .endState()
                        .build());
    }

    /** Says that its container waits for the given reason, after it ended for another. */
    public Pod waiting(String suffix, String reason, String ended) {
        return status(suffix, false, status -> {
            status.withRestartCount(7)
                    .withNewState()
                    .withNewWaiting()
                    .withReason(reason)
                    .endWaiting()
                    .endState();
            return ended == null
                    ? status.build()
                    : status.withNewLastState()
                            .withNewTerminated()
                            .withExitCode(137)
                            .withReason(ended)
                            .withFinishedAt(now())
                            .endTerminated()
                            .endLastState()
                            .build();
        });
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private interface Told {
        ContainerStatus tell(ContainerStatusBuilder status);
    }

    private Pod status(String suffix, boolean ready, Told told) {
        ContainerStatus status = told.tell(new ContainerStatusBuilder()
                .withName("agent")
                .withImage("registry.example/agent:1")
                .withImageID("registry.example/agent@sha256:" + "a".repeat(64))
                .withRestartCount(0)
                .withReady(ready));
        return client.pods()
                .inNamespace(namespace)
                .withName(name + "-5d9-" + suffix)
                .editStatus(pod -> new PodBuilder(pod)
                        .withNewStatus()
                        .withPhase("Running")
                        .withStartTime(now())
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus(ready ? "True" : "False")
                        .withLastTransitionTime(now())
                        .endCondition()
                        .withContainerStatuses(status)
                        .endStatus()
                        .build());
    }

    /** Whether there is such a pod that is not on its way out. */
    public boolean lives(String suffix) {
        Pod pod = client.pods()
                .inNamespace(namespace)
                .withName(name + "-5d9-" + suffix)
                .get();
        return pod != null && pod.getMetadata().getDeletionTimestamp() == null;
    }

    /** Makes a node, ready or not since the given time. */
    public static Node node(KubernetesClient client, String name, boolean ready, Instant since) {
        if (client.nodes().withName(name).get() == null) {
            client.nodes()
                    .resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
        return client.nodes()
                .withName(name)
                .editStatus(node -> new NodeBuilder(node)
                        .withNewStatus()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus(ready ? "True" : "Unknown")
                        .withReason("Test")
                        .withLastTransitionTime(
                                since.truncatedTo(ChronoUnit.SECONDS).toString())
                        .endCondition()
                        .endStatus()
                        .build());
    }
}
