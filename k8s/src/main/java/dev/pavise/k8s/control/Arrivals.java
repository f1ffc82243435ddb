package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.inject.Demand;
import dev.pavise.k8s.inject.Marks;
import dev.pavise.k8s.plan.PodView;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records, once each, the pods that come up with their sidecar while this manager leads. Those of before are the former leader's. */
final class Arrivals {
    private static final Logger log = LoggerFactory.getLogger(Arrivals.class);

    private final Journal journal;
    private final Set<String> exempt;
    private final BooleanSupplier leads;
    private final InstantSource clock;
    private final Set<String> recorded = ConcurrentHashMap.newKeySet();
    private volatile Instant begun = Instant.MAX;

    Arrivals(Journal journal, Set<String> exempt, BooleanSupplier leads, InstantSource clock) {
        this.journal = journal;
        this.exempt = exempt;
        this.leads = leads;
        this.clock = clock;
    }

    void begin() {
        begun = clock.instant().truncatedTo(ChronoUnit.SECONDS); // as pods tell when they were made
    }

    void end() {
        begun = Instant.MAX;
        recorded.clear();
    }

    /** The uids of those that were recorded. */
    Set<String> recorded() {
        return Set.copyOf(recorded);
    }

    /** Such a pod is gone. */
    void forget(String uid) {
        recorded.remove(uid);
    }

    void changed(HasMetadata object) {
        if (object instanceof Pod pod) {
            came(pod);
        }
    }

    /** Records the pod if it is one that came up with its sidecar. What cannot be recorded is tried again with the next look at it. */
    void came(Pod pod) {
        String namespace = pod.getMetadata().getNamespace();
        if (!Labels.of(pod).containsKey(Marks.INJECTED) || Demand.isExempt(namespace, exempt)) {
            return;
        }
        PodView view = PodViews.of(pod, true, clock.instant());
        Instant made = Views.instant(pod.getMetadata().getCreationTimestamp(), Instant.MIN);
        if (!view.live() || !view.injected() || made.isBefore(begun) || !leads.getAsBoolean()) {
            return;
        }
        if (!recorded.add(view.uid())) {
            return;
        }
        String what = Labels.annotations(pod).getOrDefault(Marks.INJECTION, "");
        Target target = new Target("Pod", namespace, view.name());
        try {
            journal.found(new Act(
                    "k8s.inject", target, "it came up with its sidecar", Act.SYSTEM, Map.of("injection", what)));
        } catch (IOException e) {
            recorded.remove(view.uid());
            log.error("{} came up with its sidecar, which cannot be recorded: {}", target, e.toString());
        }
    }
}
