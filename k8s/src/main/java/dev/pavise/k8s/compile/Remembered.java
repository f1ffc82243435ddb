package dev.pavise.k8s.compile;

import dev.pavise.k8s.resource.Resource;
import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The specs that are in force, kept beside the configuration so that they outlive the manager. Who may write the ConfigMap of a namespace may write its
 * configuration; what is remembered is judged anew by the bounds all the same.
 */
final class Remembered {
    /** Its name among the files. */
    static final String FILE = "accepted.json";

    static final Remembered NOTHING = new Remembered(Map.of());

    private record Entry(String uid, long generation, Map<String, Object> spec) {}

    private final Map<String, Entry> entries;

    private Remembered(Map<String, Entry> entries) {
        this.entries = entries;
    }

    static Remembered of(Collection<Resource> inForce) {
        Map<String, Entry> entries = new TreeMap<>();
        inForce.forEach(each -> entries.put(each.id(), new Entry(each.uid(), each.generation(), each.spec())));
        return new Remembered(entries);
    }

    /** What cannot be read is not remembered. */
    static Remembered read(String text) {
        Map<String, Entry> entries = new TreeMap<>();
        try {
            StrictJson.object(text.getBytes(StandardCharsets.UTF_8)).forEach((id, value) -> {
                if (value instanceof Map<?, ?> map
                        && map.get("uid") instanceof String uid
                        && map.get("generation") instanceof Long generation
                        && map.get("spec") instanceof Map<?, ?> spec) {
                    Map<String, Object> named = new TreeMap<>();
                    spec.forEach((key, inner) -> named.put(String.valueOf(key), inner));
                    entries.put(id, new Entry(uid, generation, named));
                }
            });
        } catch (StrictJson.Malformed spoilt) {
            return NOTHING;
        }
        return new Remembered(entries);
    }

    /** A resource as it is in force. Another of the same name has nothing in force. */
    Optional<Resource> of(Resource now) {
        Entry entry = entries.get(now.id());
        return entry == null || !entry.uid().equals(now.uid())
                ? Optional.empty()
                : Optional.of(now.with(entry.generation(), entry.spec()));
    }

    String text() {
        Map<String, Object> all = new TreeMap<>();
        entries.forEach((id, entry) ->
                all.put(id, Map.of("uid", entry.uid(), "generation", entry.generation(), "spec", entry.spec())));
        return CanonicalJson.text(all);
    }
}
