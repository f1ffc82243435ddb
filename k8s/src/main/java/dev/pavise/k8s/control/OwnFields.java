package dev.pavise.k8s.control;

import dev.pavise.k8s.plan.HealHistory;
import dev.pavise.k8s.plan.Replicas;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a Deployment that are ours, as server-side apply wants them: always all of them, since what is left out is taken away. They name the uid and the
 * version that was seen, so that nothing is set on another object or on one that changed meanwhile.
 */
final class OwnFields {
    private final Deployment seen;
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private final Map<String, String> template = new LinkedHashMap<>();
    private Optional<Integer> replicas = Optional.empty();

    private OwnFields(Deployment seen) {
        this.seen = seen;
        Map<String, String> live = Labels.annotations(seen);
        keep(live, Replicas.ANNOTATION, annotations);
        keep(live, HealHistory.ANNOTATION, annotations);
        ObjectMeta metadata = seen.getSpec().getTemplate().getMetadata();
        keep(
                metadata == null || metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations(),
                ControlSettings.RESTARTED_AT,
                template);
        Integer number = seen.getSpec().getReplicas();
        // Where they differ another set it, and it is not ours any more.
        if (number != null && number.toString().equals(annotations.get(Replicas.ANNOTATION))) {
            replicas = Optional.of(number);
        }
    }

    private static void keep(Map<String, String> from, String name, Map<String, String> to) {
        String value = from.get(name);
        if (value != null) {
            to.put(name, value);
        }
    }

    static OwnFields of(Deployment seen) {
        return new OwnFields(seen);
    }

    OwnFields replicas(int number) {
        annotations.put(Replicas.ANNOTATION, String.valueOf(number));
        replicas = Optional.of(number);
        return this;
    }

    OwnFields history(String history) {
        annotations.put(HealHistory.ANNOTATION, history);
        return this;
    }

    OwnFields restartedAt(String when) {
        template.put(ControlSettings.RESTARTED_AT, when);
        return this;
    }

    /** What is applied. */
    Map<String, Object> toApply() {
        ObjectMeta live = seen.getMetadata();
        Map<String, Object> spec = new LinkedHashMap<>();
        replicas.ifPresent(number -> spec.put("replicas", number));
        if (!template.isEmpty()) {
            spec.put("template", Map.of("metadata", Map.of("annotations", template)));
        }
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("apiVersion", "apps/v1");
        whole.put("kind", "Deployment");
        whole.put(
                "metadata",
                new ObjectMetaBuilder()
                        .withNamespace(live.getNamespace())
                        .withName(live.getName())
                        .withUid(live.getUid())
                        .withResourceVersion(live.getResourceVersion())
                        .withAnnotations(annotations)
                        .build());
        if (!spec.isEmpty()) {
            whole.put("spec", spec);
        }
        return whole;
    }
}
