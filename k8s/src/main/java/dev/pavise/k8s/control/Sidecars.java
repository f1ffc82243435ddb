package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.compile.Namespaces;
import dev.pavise.k8s.inject.Demand;
import dev.pavise.k8s.lead.LeaderWork;
import dev.pavise.k8s.plan.PodView;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces pods that came up without the sidecar that they have to carry, as where the injector was away or the label is newer than they are, and has those
 * recorded that came up with it. Pods of Deployments that are looked after are the {@link Controller}'s; these are all others. A pod that a ReplicaSet,
 * StatefulSet or DaemonSet makes anew is evicted: one of a namespace in each interval, while the other pods of its maker are ready, as its disruption budget
 * allows, and within the budget of healing for each maker. What nobody would make anew, or what would lose its work (a Job's pod), is told and left.
 *
 * <p>Who is counted is forgotten with the lead: a new leader may evict as often again.
 */
public final class Sidecars implements LeaderWork {
    private static final Logger log = LoggerFactory.getLogger(Sidecars.class);
    private static final Set<String> MAKERS = Set.of("ReplicaSet", "StatefulSet", "DaemonSet");
    private static final long END_SECONDS = 10;

    private final ControlSettings settings;
    private final SharedWatches watches;
    private final Namespaces namespaces;
    private final Arrivals arrivals;
    private final Doing doing;
    private final BooleanSupplier leads;
    private final InstantSource clock;
    private final Cluster cluster;
    private final LiveSource live;
    private final Map<String, Deque<Instant>> evictions = new HashMap<>();
    private final AtomicInteger without = new AtomicInteger();
    private @Nullable ScheduledExecutorService timer;

    /**
     * @param watches begun before this, and ended after it
     * @param leads whether this manager certainly leads; asked before each act
     */
    public Sidecars(
            KubernetesClient client,
            ControlSettings settings,
            SharedWatches watches,
            Namespaces namespaces,
            Journal journal,
            BooleanSupplier leads,
            InstantSource clock) {
        this.settings = settings;
        this.watches = watches;
        this.namespaces = namespaces;
        this.arrivals = new Arrivals(journal, settings.exempt(), leads, clock);
        this.doing = new Doing(journal, leads, clock);
        this.leads = leads;
        this.clock = clock;
        this.cluster = new Cluster(client);
        this.live = new LiveSource(client);
        watches.listen(arrivals::changed);
    }

    /** How many pods were without their sidecar at the last look, those of Deployments that are looked after aside. */
    public int count() {
        return without.get();
    }

    @Override
    public void begin() {
        end();
        arrivals.begin();
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("pavise-sidecars").factory());
        timer = started;
        long millis = settings.interval().toMillis();
        started.scheduleWithFixedDelay(this::look, Math.min(millis, 1_000), millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void end() {
        ScheduledExecutorService ended = timer;
        timer = null;
        if (ended == null) {
            return;
        }
        ended.shutdownNow();
        try {
            if (!ended.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                log.error("an eviction is still on its way, though this manager leads no more");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        arrivals.end();
        evictions.clear();
        without.set(0);
    }

    // What is thrown here would end the timer, and nobody would know.
    private void look() {
        try {
            if (namespaces.synced() && leads.getAsBoolean()) {
                pass();
            }
        } catch (RuntimeException | Error e) {
            log.warn("pods without their sidecar could not be looked for; tried again", e);
        }
    }

    private void pass() {
        Set<String> names = namespaces.names();
        Instant horizon = clock.instant().minus(settings.heal().window());
        evictions.values().forEach(times -> times.removeIf(time -> time.isBefore(horizon)));
        evictions.values().removeIf(Deque::isEmpty);
        Set<String> before = arrivals.recorded();
        Set<String> alive = new HashSet<>();
        int found = 0;
        boolean seen = true;
        for (String name : names) {
            WatchedScope around = watches.in(name);
            if (!around.pods.synced() || !around.replicaSets.synced()) {
                seen = false;
                continue;
            }
            List<Pod> pods = around.pods.in(name);
            found += inNamespace(name, around, pods);
            pods.forEach(pod -> alive.add(String.valueOf(pod.getMetadata().getUid())));
        }
        if (seen) {
            before.stream().filter(each -> !alive.contains(each)).forEach(arrivals::forget);
        }
        without.set(found);
    }

    /** A pod without its sidecar, and who made it. */
    private record Stray(Pod pod, PodView view, @Nullable OwnerReference maker) {}

    private int inNamespace(String namespace, WatchedScope around, List<Pod> pods) {
        Map<String, String> labels = live.namespaceLabels(namespace);
        List<Stray> strays = new ArrayList<>();
        for (Pod pod : pods) {
            boolean demanded =
                    !(Demand.of(namespace, settings.exempt(), labels, Labels.of(pod)) instanceof Demand.NotDemanded);
            PodView view = PodViews.of(pod, demanded, clock.instant());
            if (demanded && view.live() && !view.injected() && !ofManaged(namespace, around, pod)) {
                strays.add(new Stray(pod, view, maker(pod)));
            }
        }
        pods.forEach(arrivals::came); // what could not be recorded
        strays.sort(Comparator.comparing(each -> each.view().name()));
        if (strays.isEmpty() || !settings.enabled() || !settings.heal().enabled()) {
            return strays.size();
        }
        if (!live.injector()) {
            log.warn(
                    "{} pods of {} have no sidecar, and there is nothing that would inject it",
                    strays.size(),
                    namespace);
            return strays.size();
        }
        strays.stream().filter(each -> mayGo(each, around)).findFirst().ifPresent(each -> evict(namespace, each));
        return strays.size();
    }

    private boolean mayGo(Stray stray, WatchedScope around) {
        OwnerReference maker = stray.maker();
        if (maker == null || !MAKERS.contains(maker.getKind())) {
            log.debug(
                    "{} has no sidecar, and is not evicted: nothing would make it anew",
                    stray.view().name());
            return false;
        }
        boolean othersReady = around.pods.ownedBy(maker.getUid()).stream()
                .map(each -> PodViews.of(each, false, clock.instant()))
                .filter(each -> each.live() && !each.uid().equals(stray.view().uid()))
                .allMatch(PodView::ready);
        Deque<Instant> before = evictions.get(maker.getUid());
        return othersReady && (before == null || before.size() < settings.heal().budget());
    }

    private void evict(String namespace, Stray stray) {
        OwnerReference maker = stray.maker();
        if (maker == null) {
            return;
        }
        PodView pod = stray.view();
        Target target = new Target("Pod", namespace, pod.name());
        Act act = new Act(
                "k8s.evict",
                target,
                "it has to carry the sidecar and does not",
                Act.SYSTEM,
                Map.of("owner", maker.getKind() + " " + namespace + "/" + maker.getName()));
        // Counted before it is done: what comes up without a sidecar again and again is not evicted for ever.
        evictions.computeIfAbsent(maker.getUid(), ignored -> new ArrayDeque<>()).add(clock.instant());
        Doing.Outcome outcome = doing.act(act, "evict pods in " + namespace, new Doing.Deed() {
            @Override
            public Map<String, String> run() {
                cluster.evict(namespace, pod.name(), pod.uid(), false);
                return Map.of();
            }

            @Override
            public boolean seen() {
                return cluster.gone(namespace, pod.name(), pod.uid());
            }
        });
        log.info("{} without its sidecar: {}", target, outcome instanceof Doing.Outcome.Done ? "evicted" : outcome);
    }

    private static @Nullable OwnerReference maker(Pod pod) {
        List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
        return owners == null
                ? null
                : owners.stream()
                        .filter(each -> Boolean.TRUE.equals(each.getController()))
                        .findFirst()
                        .orElse(null);
    }

    private boolean ofManaged(String namespace, WatchedScope around, Pod pod) {
        OwnerReference maker = maker(pod);
        if (maker == null || !"ReplicaSet".equals(maker.getKind())) {
            return false;
        }
        ReplicaSet replicaSet = around.replicaSets.named(namespace, maker.getName());
        if (replicaSet == null) {
            return true; // not seen yet, so nobody knows; it is looked at again
        }
        OwnerReference owner = replicaSet.getMetadata().getOwnerReferences().stream()
                .filter(each -> "Deployment".equals(each.getKind()))
                .findFirst()
                .orElse(null);
        if (owner == null) {
            return false;
        }
        Target target = Target.deployment(namespace, owner.getName());
        Deployment deployment = cluster.deployment(target);
        return target.equals(settings.configured())
                || "true".equals(Labels.of(deployment).get(ControlSettings.MANAGED));
    }
}
