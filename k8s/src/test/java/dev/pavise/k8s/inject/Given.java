package dev.pavise.k8s.inject;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pavise.k8s.inject.config.AuditVolume;
import dev.pavise.k8s.inject.config.Cpu;
import dev.pavise.k8s.inject.config.MemorySize;
import dev.pavise.k8s.inject.config.SidecarConfig;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods and configurations that tests begin with. */
public final class Given {
    private static final ObjectMapper OTHER = new ObjectMapper();

    private Given() {}

    /** A sidecar with the defaults. */
    public static SidecarConfig sidecar() {
        return sidecar(new AuditVolume.Claim("pavise-audit"));
    }

    public static SidecarConfig sidecar(AuditVolume audit) {
        return new SidecarConfig(
                "registry.example/pavise:0.1.0",
                "IfNotPresent",
                65532,
                "info",
                new SidecarConfig.Resources(new Cpu(100), null, new MemorySize(256), new MemorySize(256)),
                new SidecarConfig.Bounds(new Cpu(50), new Cpu(4000), new MemorySize(192), new MemorySize(2048)),
                audit);
    }

    /** JSON in which a single quote stands for a double one. */
    public static ObjectNode json(String text) {
        ObjectNode object = Trees.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        if (object == null) {
            throw new IllegalArgumentException("the test's JSON is none: " + text);
        }
        return object;
    }

    /** A pod as it comes from the API server, with one container and one port. */
    public static ObjectNode pod() {
        return json("""
                {'apiVersion': 'v1', 'kind': 'Pod',
                 'metadata': {'name': 'agent-7d9', 'namespace': 'agents', 'labels': {'app': 'agent'}},
                 'spec': {
                   'volumes': [{'name': 'kube-api-access-x', 'projected': {'sources': [
                     {'serviceAccountToken': {'expirationSeconds': 3607, 'path': 'token'}}], 'defaultMode': 420}}],
                   'containers': [{'name': 'agent', 'image': 'agent:1',
                     'ports': [{'name': 'http', 'containerPort': 8080, 'protocol': 'TCP'}],
                     'readinessProbe': {'httpGet': {'path': '/ready', 'port': 'http', 'scheme': 'HTTP'}},
                     'volumeMounts': [{'name': 'kube-api-access-x', 'readOnly': true,
                       'mountPath': '/var/run/secrets/kubernetes.io/serviceaccount'}]}],
                   'terminationGracePeriodSeconds': 30, 'unknownToUs': {'kept': [1, 2.5, null]}}}""");
    }

    /** The pod after the patch, by another implementation of RFC 6902 than ours. */
    static ObjectNode patched(ObjectNode pod, ArrayNode patch) {
        try {
            String outcome = OTHER.writeValueAsString(
                    JsonPatch.apply(OTHER.readTree(Trees.bytes(patch)), OTHER.readTree(Trees.bytes(pod))));
            return json(outcome);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
