package dev.pavise.k8s.compile;

import dev.pavise.k8s.act.Journal;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ConfigMap of one name in every namespace that has gateways: watched, and written where it holds something else than it should. */
final class KeptConfigMap {
    /** A watch that is later than this has lost something. */
    private static final Duration UNSEEN = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final ConfigMaps configMaps;
    private final String name;
    private final List<String> watched;
    private final InstantSource clock;
    private final Map<String, Written> lastWritten = new HashMap<>();
    private List<SharedIndexInformer<ConfigMap>> live = List.of();

    /** What was written over which version of a ConfigMap. */
    private record Written(String over, Map<String, String> files, Instant at) {
        /** Whether the next one would be written only because the watch is not as far as what was written. */
        boolean mayBeUnseen(Written next) {
            return over.equals(next.over) && files.equals(next.files) && next.at.isBefore(at.plus(UNSEEN));
        }
    }

    /** @param watched the only namespaces that count; empty for all */
    KeptConfigMap(KubernetesClient client, Journal journal, String name, List<String> watched, InstantSource clock) {
        this.client = client;
        this.configMaps = new ConfigMaps(client, journal, name);
        this.name = name;
        this.watched = List.copyOf(watched);
        this.clock = clock;
    }

    /** @param changed is told when one may be another than before */
    void begin(Runnable changed) {
        lastWritten.clear();
        live = informers();
        for (SharedIndexInformer<ConfigMap> each : live) {
            each.addEventHandler(new Changes<>(changed));
            each.exceptionHandler((started, failure) -> true);
            var _ = each.start();
        }
    }

    private List<SharedIndexInformer<ConfigMap>> informers() {
        List<SharedIndexInformer<ConfigMap>> made = new ArrayList<>();
        if (watched.isEmpty()) {
            made.add(client.configMaps()
                    .inAnyNamespace()
                    .withField("metadata.name", name)
                    .runnableInformer(0));
        }
        for (String namespace : watched) {
            made.add(client.configMaps()
                    .inNamespace(namespace)
                    .withField("metadata.name", name)
                    .runnableInformer(0));
        }
        return made;
    }

    void end() {
        live.forEach(SharedIndexInformer::stop);
    }

    /** Whether all of them were seen once. */
    boolean synced() {
        return live.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    /** Forgets all namespaces but these. */
    void retain(Set<String> namespaces) {
        lastWritten.keySet().retainAll(namespaces);
    }

    /** The one of a namespace as it was seen last; null where it is not there. */
    @Nullable
    ConfigMap find(String namespace) {
        for (SharedIndexInformer<ConfigMap> each : live) {
            ConfigMap found = each.getStore().getByKey(Cache.namespaceKeyFunc(namespace, name));
            if (found != null) return found;
        }
        return null;
    }

    /** Makes the one of a namespace hold these files and no others. Returns whether it does, as far as is seen. */
    boolean keep(
            String namespace,
            Map<String, String> files,
            @Nullable ConfigMap found,
            String changed,
            Map<String, String> metadata) {
        if (found != null && files.equals(ConfigMaps.files(found))) {
            lastWritten.remove(namespace);
            return true;
        }
        Written last = lastWritten.get(namespace);
        Written written = new Written(version(found), files, clock.instant());
        if (last != null && last.mayBeUnseen(written)) return true;
        String reason = found == null ? "the namespace has none" : changed;
        boolean done = configMaps.write(namespace, files, reason, metadata);
        if (done) lastWritten.put(namespace, written);
        return done;
    }

    private static String version(@Nullable ConfigMap found) {
        return found == null ? "" : String.valueOf(found.getMetadata().getResourceVersion());
    }
}
