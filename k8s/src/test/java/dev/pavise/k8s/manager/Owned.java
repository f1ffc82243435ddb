package dev.pavise.k8s.manager;

import dev.pavise.k8s.ApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
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
import java.util.List;
import java.util.Map;

/** A Deployment, its ReplicaSet and a pod of that, as controllers would make them. */
record Owned(Deployment deployment, ReplicaSet set, Pod pod) {
    static Owned make(ApiServer server, String namespace, String name) {
        Deployment deployment = server.client()
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("pavise.dev/managed", "true")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(1)
                        .withNewSelector()
                        .addToMatchLabels("app", name)
                        .endSelector()
                        .withTemplate(template(name))
                        .endSpec()
                        .build())
                .create();
        ReplicaSet set = server.client()
                .resource(new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withName(name + "-1")
                        .withNamespace(namespace)
                        .withOwnerReferences(owner(deployment))
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(1)
                        .withNewSelector()
                        .addToMatchLabels("app", name)
                        .endSelector()
                        .withTemplate(template(name))
                        .endSpec()
                        .build())
                .create();
        return new Owned(deployment, set, pod(server, namespace, name + "-1-x", List.of(owner(set))));
    }

    static Pod pod(ApiServer server, String namespace, String name, List<OwnerReference> owners) {
        return server.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .addToLabels("app", name.replaceAll("-1-x$", ""))
                        .withOwnerReferences(owners)
                        .endMetadata()
                        .withSpec(template(name).getSpec())
                        .build())
                .create();
    }

    static OwnerReference owner(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion("apps/v1")
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .build();
    }

    private static PodTemplateSpec template(String name) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(Map.of("app", name))
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("default")
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("app")
                .withImage("registry.example/app:1")
                .endContainer()
                .endSpec()
                .build();
    }

    String token(ApiServer server, String audience) {
        return server.token(
                pod.getMetadata().getNamespace(),
                "default",
                pod.getMetadata().getName(),
                pod.getMetadata().getUid(),
                audience);
    }
}
