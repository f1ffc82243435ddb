package dev.pavise.k8s.compile;

import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.lead.LeaderWork;
import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
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

    private final KubernetesClient client;
    private final ResourceSettings settings;
    private final Namespaces namespaces;
    private final List<String> watched;
    private final InstantSource clock;
    private final Compiler compiler;
    private final KeptConfigMap configMaps;
    private final TrustedKeyCopies trustedKeys;
    private final Statuses statuses;
    private final Map<String, Done> done = new HashMap<>();
    private final Map<String, Counts> counts = new ConcurrentHashMap<>();
    private final CompileRounds rounds = new CompileRounds(this::round);
    private List<KindWatch> kinds = List.of();
    private String badBase = "";

    /** How many resources of a namespace are in force as they stand, and how many are not. */
    public record Counts(int accepted, int refused) {}

    /** What a namespace was compiled of, and what came of it. */
    private record Done(String base, List<Resource> resources, Compiled compiled, Instant at) {}

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
        this.configMaps = new KeptConfigMap(client, journal, ConfigMaps.NAME, watched, clock);
        this.trustedKeys =
                new TrustedKeyCopies(client, journal, settings.allowance().trustedKeys(), watched, clock);
        this.statuses = new Statuses(client, clock);
    }

    @Override
    public synchronized void begin() {
        done.clear();
        kinds = Stream.of(Kind.values())
                .map(kind -> new KindWatch(client, kind, watched, rounds::soon))
                .toList();
        rounds.begin();
        kinds.forEach(KindWatch::start);
        configMaps.begin(rounds::soon);
        trustedKeys.begin(rounds::soon);
    }

    @Override
    public synchronized void end() {
        kinds.forEach(KindWatch::stop);
        configMaps.end();
        trustedKeys.end();
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
                && configMaps.synced()
                && trustedKeys.synced();
        String base = known ? base() : null;
        if (base == null) return;
        done.keySet().retainAll(namespaces.names());
        counts.keySet().retainAll(namespaces.names());
        configMaps.retain(namespaces.names());
        trustedKeys.read(namespaces.names());
        statuses.retain(kinds.stream().flatMap(KindWatch::uids).collect(Collectors.toSet()));
        for (String namespace : namespaces.names()) {
            if (!rounds.isOpen()) return;
            if (rounds.postponed(namespace)) continue;
            rounds.result(namespace, kept(namespace, base));
        }
    }

    // Who may write resources in one namespace must not keep the others from theirs, whatever they come upon.
    private boolean kept(String namespace, String base) {
        try {
            // Keys first: a gateway refuses a file with a manifest whose signer it does not know.
            boolean keys = trustedKeys.keep(namespace);
            return keep(namespace, base) && keys;
        } catch (RuntimeException | StackOverflowError bug) {
            log.error("the resources of namespace {} cannot be compiled", namespace, bug);
            return false;
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
        ConfigMap found = configMaps.find(namespace);
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
                yield write(namespace, ready, found) && tell(ready, objects);
            }
        };
    }

    /** What this manager made itself goes before what it finds. */
    private static Map<String, String> remembered(@Nullable Done last, Map<String, String> found) {
        return last != null && last.compiled() instanceof Compiled.Ready ready ? ready.files() : found;
    }

    private boolean write(String namespace, Compiled.Ready ready, @Nullable ConfigMap found) {
        Counts now = counted(ready);
        return configMaps.keep(
                namespace,
                ready.files(),
                found,
                "resources, base or the ConfigMap itself were changed",
                Map.of("accepted", String.valueOf(now.accepted()), "refused", String.valueOf(now.refused())));
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

    private void sayOnce(String problem) {
        if (problem.equals(badBase)) return;
        badBase = problem;
        log.error("the base `{}` cannot be used, so that gateways keep what they have: {}", settings.base(), problem);
    }
}
