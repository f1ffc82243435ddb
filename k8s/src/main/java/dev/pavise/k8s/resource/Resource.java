package dev.pavise.k8s.resource;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One resource with what it asks for.
 *
 * @param uid tells it from an earlier one of the same name
 * @param generation counts the changes of its spec
 * @param created which of two that contradict each other was there first
 * @param spec as the API server has it: texts, {@link Long}, {@link Double}, {@link Boolean}, null, lists and maps with ordered keys
 */
public record Resource(
        Kind kind,
        String namespace,
        String name,
        String uid,
        long generation,
        Instant created,
        Map<String, Object> spec) {

    /** Dependencies first, then the older ones. */
    public static final Comparator<Resource> ORDER = Comparator.comparing(Resource::kind)
            .thenComparing(Resource::created)
            .thenComparing(Resource::name);

    public Resource {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(namespace);
        Objects.requireNonNull(name);
        Objects.requireNonNull(created);
        spec = Specs.ordered(spec);
    }

    /** What the API server says; empty where it is not an object with a name in a namespace. */
    public static Optional<Resource> of(Kind kind, GenericKubernetesResource found) {
        ObjectMeta meta = found.getMetadata();
        if (meta == null || meta.getName() == null || meta.getNamespace() == null) return Optional.empty();
        Object spec = found.getAdditionalProperties() == null
                ? null
                : found.getAdditionalProperties().get("spec");
        return Optional.of(new Resource(
                kind,
                meta.getNamespace(),
                meta.getName(),
                Objects.requireNonNullElse(meta.getUid(), ""),
                meta.getGeneration() == null ? 0 : meta.getGeneration(),
                instant(meta.getCreationTimestamp()),
                spec instanceof Map<?, ?> map ? Specs.ofUnknown(map) : Map.of()));
    }

    private static Instant instant(@Nullable String text) {
        try {
            return text == null ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeException unfit) {
            return Instant.EPOCH;
        }
    }

    /** Kind and name, which no other resource of its namespace has. */
    public String id() {
        return kind.word() + "/" + name;
    }

    /** The same resource as it was, or will be. */
    public Resource with(long other, Map<String, Object> otherSpec) {
        return new Resource(kind, namespace, name, uid, other, created, otherSpec);
    }
}
