package dev.pavise.k8s.compile;

import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.lead.LeaderWork;
import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the configuration of the gateways in every namespace that has some: watches the operator's base, the resources and the ConfigMaps, and writes where they
 * differ from what was compiled. Whoever changes the ConfigMap by hand finds it as it was.
 *
 * <p>Where the API server does not say what resources there are, nothing is written: a gap in what is known must not take away what is in force. A namespace that
 * has no gateways any more keeps its ConfigMap.
 */
public final class ResourceCompiler implements LeaderWork {
    private static final Logger log = LoggerFactory.getLogger(ResourceCompiler.class);

    /** Keys that sign tools come and go, and nobody tells of it. */
    private static final Duration ANEW = Duration.ofMinutes(5);

    /** A watch that is later than this has lost something. */
    private static final Duration UNSEEN = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final ResourceSettings settings;
    private final Namespaces namespaces;
    private final List<String> watched;
    private final InstantSource clock;
    private final Compiler compiler;
    private final ConfigMaps configMaps;
    private final Statuses statuses;
    private final Map<String, Done> done = new HashMap<>();
    private final Map<String, Written> lastWritten = new HashMap<>();
    private final Map<String, Counts> counts = new ConcurrentHashMap<>();
    private final Rounds rounds = new Rounds(this::round);
    private List<KindWatch> kinds = List.of();
    private List<SharedIndexInformer<ConfigMap>> live = List.of();
    private String badBase = "";

    /** How many resources of a namespace are in force as they stand, and how many are not. */
    public record Counts(int accepted, int refused) {}

    /** What a namespace was compiled of, and what came of it. */
    private record Done(String base, List<Resource> resources, Compiled compiled, Instant at) {}

    /** What was written over which version of a ConfigMap. */
    private record Written(String over, Map<String, String> files, Instant at) {
        /** Whether the next one would be written only because the watch is not as far as what was written. */
        boolean mayBeUnseen(Written next) {
            return over.equals(next.over) && files.equals(next.files) && next.at.isBefore(at.plus(UNSEEN));
        }
    }

    /**
     * Does nothing yet.
     *
     * @param watched the only namespaces that count; empty for all
     */
    public ResourceCompiler(
            KubernetesClient client,
            Journal journal,
            ResourceSettings settings,
            Namespaces namespaces,
            List<String> watched,
            InstantSource clock) {
        this.client = client;
        this.settings = settings;
        this.namespaces = namespaces;
        this.watched = List.copyOf(watched);
        this.clock = clock;
        this.compiler = new Compiler(settings, clock);
        this.configMaps = new ConfigMaps(client, journal);
        this.statuses = new Statuses(client, clock);
    }

    @Override
    public synchronized void begin() {
        done.clear();
        lastWritten.clear();
        kinds = Stream.of(Kind.values())
                .map(kind -> new KindWatch(client, kind, watched, rounds::soon))
                .toList();
        live = informers();
        rounds.begin();
        kinds.forEach(KindWatch::start);
        for (SharedIndexInformer<ConfigMap> each : live) {
            each.addEventHandler(new Changes<>(rounds::soon));
            each.exceptionHandler((started, failure) -> true);
            var _ = each.start();
        }
    }

    private List<SharedIndexInformer<ConfigMap>> informers() {
        List<SharedIndexInformer<ConfigMap>> made = new ArrayList<>();
        if (watched.isEmpty()) {
            made.add(client.configMaps()
                    .inAnyNamespace()
                    .withField("metadata.name", ConfigMaps.NAME)
                    .runnableInformer(0));
        }
        for (String namespace : watched) {
            made.add(client.configMaps()
                    .inNamespace(namespace)
                    .withField("metadata.name", ConfigMaps.NAME)
                    .runnableInformer(0));
        }
        return made;
    }

    @Override
    public synchronized void end() {
        kinds.forEach(KindWatch::stop);
        live.forEach(SharedIndexInformer::stop);
        rounds.end();
    }

    /** To be called when the namespaces may be others than before. */
    public void namespacesChanged() {
        rounds.soon();
    }

    /** Of one namespace; empty where it was not compiled yet. */
    public Optional<Counts> counts(String namespace) {
        return Optional.ofNullable(counts.get(namespace));
    }

    /** Whether the cluster knows the kinds. */
    public synchronized boolean installed() {
        return kinds.stream().allMatch(KindWatch::installed);
    }

    private void round() {
        boolean known = namespaces.synced()
                && kinds.stream().allMatch(KindWatch::known)
                && live.stream().allMatch(SharedIndexInformer::hasSynced);
        String base = known ? base() : null;
        if (base == null) return;
        done.keySet().retainAll(namespaces.names());
        counts.keySet().retainAll(namespaces.names());
        lastWritten.keySet().retainAll(namespaces.names());
        statuses.retain(kinds.stream().flatMap(KindWatch::uids).collect(Collectors.toSet()));
        for (String namespace : namespaces.names()) {
            if (!rounds.isOpen()) return;
            if (rounds.postponed(namespace)) continue;
            rounds.result(namespace, keep(namespace, base));
        }
    }

    private @Nullable String base() {
        try {
            return Files.readString(settings.base());
        } catch (IOException unreadable) {
            sayOnce("it cannot be read: " + unreadable.getClass().getSimpleName());
            return null;
        }
    }

    /** Makes one namespace as it should be. Returns whether it is. */
    private boolean keep(String namespace, String base) {
        Map<String, GenericKubernetesResource> objects = new HashMap<>();
        List<Resource> resources = new ArrayList<>();
        kinds.forEach(kind -> kind.list(namespace, objects, resources));
        resources.sort(Resource.ORDER);
        ConfigMap found = configMap(namespace);
        Map<String, String> before = found == null ? Map.of() : ConfigMaps.files(found);
        Done last = done.get(namespace);
        Compiled compiled;
        if (last != null
                && last.base().equals(base)
                && last.resources().equals(resources)
                && clock.instant().isBefore(last.at().plus(ANEW))) {
            compiled = last.compiled();
        } else {
            compiled = compiler.compile(base, namespace, resources, remembered(last, before));
            done.put(namespace, new Done(base, List.copyOf(resources), compiled, clock.instant()));
        }
        return switch (compiled) {
            case Compiled.BaseRefused(List<String> errors) -> {
                sayOnce(String.join("; ", errors));
                yield true;
            }
            case Compiled.Ready ready -> {
                counts.put(namespace, counted(ready));
                yield write(namespace, ready, found, before) && tell(ready, objects);
            }
        };
    }

    /** What this manager made itself goes before what it finds. */
    private static Map<String, String> remembered(@Nullable Done last, Map<String, String> found) {
        return last != null && last.compiled() instanceof Compiled.Ready ready ? ready.files() : found;
    }

    private boolean write(
            String namespace, Compiled.Ready ready, @Nullable ConfigMap found, Map<String, String> before) {
        Written last = lastWritten.get(namespace);
        if (ready.files().equals(before)) {
            lastWritten.remove(namespace);
            return true;
        }
        Written written = new Written(version(found), ready.files(), clock.instant());
        if (last != null && last.mayBeUnseen(written)) return true;
        Counts now = counted(ready);
        String reason =
                found == null ? "the namespace has none" : "resources, base or the ConfigMap itself were changed";
        Map<String, String> metadata =
                Map.of("accepted", String.valueOf(now.accepted()), "refused", String.valueOf(now.refused()));
        boolean done = configMaps.write(namespace, ready.files(), reason, metadata);
        if (done) lastWritten.put(namespace, written);
        return done;
    }

    private static String version(@Nullable ConfigMap found) {
        return found == null ? "" : String.valueOf(found.getMetadata().getResourceVersion());
    }

    private boolean tell(Compiled.Ready ready, Map<String, GenericKubernetesResource> objects) {
        boolean all = true;
        for (Verdict verdict : ready.verdicts()) {
            GenericKubernetesResource object = objects.get(verdict.resource().id());
            if (object != null && rounds.isOpen()) all &= statuses.tell(verdict, object);
        }
        return all;
    }

    private static Counts counted(Compiled.Ready ready) {
        int accepted = (int) ready.verdicts().stream()
                .filter(Verdict.Accepted.class::isInstance)
                .count();
        return new Counts(accepted, ready.verdicts().size() - accepted);
    }

    private @Nullable ConfigMap configMap(String namespace) {
        for (SharedIndexInformer<ConfigMap> each : live) {
            for (ConfigMap found : each.getStore().list()) {
                boolean here = namespace.equals(found.getMetadata().getNamespace())
                        && ConfigMaps.NAME.equals(found.getMetadata().getName());
                if (here) return found;
            }
        }
        return null;
    }

    private void sayOnce(String problem) {
        if (problem.equals(badBase)) return;
        badBase = problem;
        log.error("the base `{}` cannot be used, so that gateways keep what they have: {}", settings.base(), problem);
    }
}
