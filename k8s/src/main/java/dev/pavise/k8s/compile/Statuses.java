package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whoever wrote a resource what became of it: a condition that says the present, and an event for each change of it. Writes nothing that is there already,
 * so that its own writing does not call it again. This is a report and not an act, so that no record is made of it.
 */
final class Statuses {
    private static final Logger log = LoggerFactory.getLogger(Statuses.class);
    private static final String CONDITION = "Accepted";

    private final KubernetesClient client;
    private final InstantSource clock;

    /** By uid, the version of a resource that was told its status last. */
    private final Map<String, String> told = new HashMap<>();

    Statuses(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Forgets all but these, by their uids. */
    void retain(Set<String> uids) {
        told.keySet().retainAll(uids);
    }

    /** Writes what is to be said of one resource. Returns whether it stands there. */
    boolean tell(Verdict verdict, GenericKubernetesResource live) {
        Map<?, ?> before = condition(live);
        Condition now = Condition.of(verdict);
        if (now.is(before, inForce(live))) return true;
        // What was told since this was seen is not seen yet.
        if (Objects.equals(
                told.get(verdict.resource().uid()), live.getMetadata().getResourceVersion())) return true;
        Instant at = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Object since = now.status().equals(before.get("status")) ? before.get("lastTransitionTime") : null;
        Resource resource = verdict.resource();
        try {
            client.genericKubernetesResources(resource.kind().context())
                    .inNamespace(resource.namespace())
                    .withName(resource.name())
                    .subresource("status")
                    .patch(
                            PatchContext.of(PatchType.JSON),
                            Serialization.asJson(List.of(Map.of(
                                    "op", "add", // which replaces what is there
                                    "path", "/status",
                                    "value", now.status(since == null ? at.toString() : since.toString())))));
            told.put(resource.uid(), String.valueOf(live.getMetadata().getResourceVersion()));
            if (now.worthAnEvent(before)) event(resource, now, at);
            return true;
        } catch (KubernetesClientException failure) {
            log.warn(
                    "the status of {} in {} is not written: the API server answers {}",
                    resource.id(),
                    resource.namespace(),
                    failure.getCode());
            return false;
        }
    }

    private void event(Resource resource, Condition now, Instant at) {
        // The same name for the same thing: whoever says it again says nothing new.
        String once = resource.uid() + "/" + now.generation() + "/" + now.reason() + "/" + now.message();
        UUID digest = UUID.nameUUIDFromBytes(once.getBytes(StandardCharsets.UTF_8));
        String name = resource.name().length() > 180 ? resource.name().substring(0, 180) : resource.name();
        try {
            client.v1()
                    .events()
                    .inNamespace(resource.namespace())
                    .resource(new EventBuilder()
                            .withNewMetadata()
                            .withName(name + "."
                                    + digest.toString().replace("-", "").substring(0, 16))
                            .withNamespace(resource.namespace())
                            .endMetadata()
                            .withNewInvolvedObject()
                            .withApiVersion(Kind.API_VERSION)
                            .withKind(resource.kind().word())
                            .withName(resource.name())
                            .withNamespace(resource.namespace())
                            .withUid(resource.uid())
                            .endInvolvedObject()
                            .withType(now.accepted() ? "Normal" : "Warning")
                            .withReason(now.reason())
                            .withMessage(
                                    now.message().length() > 1000
                                            ? now.message().substring(0, 1000)
                                            : now.message())
                            .withNewSource()
                            .withComponent(ConfigMaps.FIELD_MANAGER)
                            .endSource()
                            .withFirstTimestamp(at.toString())
                            .withLastTimestamp(at.toString())
                            .withCount(1)
                            .build())
                    .create();
        } catch (KubernetesClientException failure) {
            // The condition says the same; an event is for those who look there.
            log.debug("no event for {} in {}: {}", resource.id(), resource.namespace(), failure.getCode());
        }
    }

    private static Map<?, ?> status(GenericKubernetesResource live) {
        return live.getAdditionalProperties() != null
                        && live.getAdditionalProperties().get("status") instanceof Map<?, ?> map
                ? map
                : Map.of();
    }

    private static Map<?, ?> condition(GenericKubernetesResource live) {
        if (!(status(live).get("conditions") instanceof List<?> all)) return Map.of();
        for (Object each : all) {
            if (each instanceof Map<?, ?> map && CONDITION.equals(map.get("type"))) return map;
        }
        return Map.of();
    }

    private static @Nullable Long inForce(GenericKubernetesResource live) {
        return status(live).get("inForceGeneration") instanceof Number number ? number.longValue() : null;
    }

    /** What is said of one resource. */
    private record Condition(boolean accepted, String reason, String message, long generation, long inForce) {
        static Condition of(Verdict verdict) {
            long generation = verdict.resource().generation();
            return switch (verdict) {
                case Verdict.Accepted ignored ->
                    new Condition(
                            true, "Accepted", "in force in the gateways of this namespace", generation, generation);
                case Verdict.Refused refused ->
                    new Condition(
                            false,
                            refused.reason().word(),
                            refused.why()
                                    + (refused.inForce() == 0
                                            ? " (nothing of it is in force)"
                                            : " (generation " + refused.inForce() + " of it stays in force)"),
                            generation,
                            refused.inForce());
            };
        }

        String status() {
            return accepted ? "True" : "False";
        }

        boolean is(Map<?, ?> there, @Nullable Long inForceThere) {
            return status().equals(there.get("status"))
                    && reason.equals(there.get("reason"))
                    && message.equals(there.get("message"))
                    && there.get("observedGeneration") instanceof Number observed
                    && observed.longValue() == generation
                    && inForceThere != null
                    && inForceThere == inForce;
        }

        /** All that is wrong, and what is right again; not each change that goes well. */
        boolean worthAnEvent(Map<?, ?> before) {
            return !accepted || "False".equals(before.get("status"));
        }

        Map<String, Object> status(String since) {
            Map<String, Object> condition = new LinkedHashMap<>();
            condition.put("type", CONDITION);
            condition.put("status", status());
            condition.put("reason", reason);
            condition.put("message", message);
            condition.put("lastTransitionTime", since);
            condition.put("observedGeneration", generation);
            Map<String, Object> status = new LinkedHashMap<>();
            status.put("observedGeneration", generation);
            status.put("inForceGeneration", inForce);
            status.put("conditions", List.of(condition));
            return status;
        }
    }
}
