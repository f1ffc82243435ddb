package dev.pavise.k8s.control;

import dev.pavise.k8s.inject.Marks;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept in memory of an object that is followed: a cluster has many, and most of each (who set which field, variables, volumes, images) nobody here looks
 * at. Variables may also hold secrets, which then are not in this process for longer than they are read.
 */
final class Kept {
    private Kept() {}

    /** Of any object: all but who set which field, and annotations that are not ours. */
    static void any(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        metadata.setManagedFields(new ArrayList<>());
        if (metadata.getAnnotations() != null) {
            Map<String, String> ours = new HashMap<>(metadata.getAnnotations());
            ours.keySet().removeIf(each -> !each.startsWith(Marks.PREFIX));
            metadata.setAnnotations(ours);
        }
    }

    /** Of a Deployment that is looked after: all, since it is also applied on what was seen of it. */
    static void deployment(Deployment deployment) {
        deployment.getMetadata().setManagedFields(new ArrayList<>());
    }

    /** Of a pod: where it runs, how it is, and of its containers what is named, opened and limited. */
    static void pod(Pod pod) {
        any(pod);
        PodSpec whole = pod.getSpec();
        if (whole == null) {
            return;
        }
        PodSpec kept = new PodSpec();
        kept.setNodeName(whole.getNodeName());
        kept.setContainers(containers(whole.getContainers()));
        kept.setInitContainers(containers(whole.getInitContainers()));
        pod.setSpec(kept);
    }

    private static List<Container> containers(@Nullable List<Container> whole) {
        List<Container> kept = new ArrayList<>();
        for (Container each : whole == null ? List.<Container>of() : whole) {
            Container one = new Container();
            one.setName(each.getName());
            one.setPorts(each.getPorts());
            one.setResources(each.getResources());
            one.setRestartPolicy(each.getRestartPolicy());
            kept.add(one);
        }
        return kept;
    }

    /** Of a ReplicaSet: whose it is. */
    static void replicaSet(ReplicaSet replicaSet) {
        any(replicaSet);
        replicaSet.setStatus(null);
        if (replicaSet.getSpec() != null) {
            replicaSet.getSpec().setTemplate(new PodTemplateSpec());
        }
    }

    /** Of a node: how it is. */
    static void node(Node node) {
        any(node);
        node.setSpec(null);
        if (node.getStatus() != null) {
            node.getStatus().setImages(new ArrayList<>());
        }
    }
}
