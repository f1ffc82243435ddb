package dev.pavise.k8s.inject;

import dev.pavise.k8s.inject.config.AuditVolume;
import dev.pavise.k8s.inject.config.SidecarConfig;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts a sidecar and its volumes in place, before everything else in the pod, and marks the pod. */
final class Fitting {
    private static final String VERSION = "v1";

    private Fitting() {}

    static void add(ObjectNode pod, ObjectNode sidecar, ArrayNode volumes, SidecarConfig config) {
        ObjectNode spec = (ObjectNode) pod.path("spec");
        Trees.list(spec, "initContainers").insert(0, sidecar);
        ArrayNode all = Trees.list(spec, "volumes");
        for (int i = 0; i < volumes.size(); i++) {
            all.insert(i, volumes.get(i));
        }
        if (config.audit() instanceof AuditVolume.Claim) {
            shareGroup(spec, config.user());
        }
        ObjectNode metadata = Trees.member(pod, "metadata");
        Trees.member(metadata, "labels").put(Marks.INJECTED, "true");
        Trees.member(metadata, "annotations").put(Marks.INJECTION, VERSION + " sha256:" + digest(sidecar, volumes));
    }

    /** A claim's folder belongs to root. A group of the pod is what lets the sidecar write there; one that the pod names does as well. */
    private static void shareGroup(ObjectNode spec, int group) {
        ObjectNode context = Trees.member(spec, "securityContext");
        if (context.path("fsGroup").isMissingNode() || context.path("fsGroup").isNull()) {
            context.put("fsGroup", group).put("fsGroupChangePolicy", "OnRootMismatch");
        }
    }

    private static String digest(JsonNode sidecar, JsonNode volumes) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(Trees.bytes(sidecar));
            sha.update(Trees.bytes(volumes));
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
