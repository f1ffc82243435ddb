package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.plan.Step;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries out one step of a plan on the Deployment that the plan was made for. */
final class Stepping {
    private final Cluster cluster;
    private final Doing doing;
    private final ControlSettings settings;
    private final InstantSource clock;

    Stepping(Cluster cluster, Doing doing, ControlSettings settings, InstantSource clock) {
        this.cluster = cluster;
        this.doing = doing;
        this.settings = settings;
        this.clock = clock;
    }

    Doing.Outcome take(Step step, Target target, @Nullable Deployment seen, Asked asked) {
        return switch (step) {
            case Step.Create made -> manifest("k8s.create", target, null, "it is not there", asked);
            case Step.Apply applied -> manifest("k8s.apply", target, seen, "the manifest is another", asked);
            case Step.Scale scaled ->
                scale(target, scaled, "another number than was asked for", asked, once(live(seen)));
            case Step.Restart again -> restart(target, live(seen), again.reason(), again.history(), asked);
            case Step.Evict evicted -> evict(target, live(seen), evicted, asked);
        };
    }

    private static Deployment live(@Nullable Deployment seen) {
        return Objects.requireNonNull(seen, "only a Deployment that was seen is changed");
    }

    private Doing.Outcome manifest(
            String action, Target target, @Nullable Deployment seen, String reason, Asked asked) {
        Deployment manifest = Manifest.toApply(target, Objects.requireNonNull(settings.manifest()), seen);
        String digest = Manifest.digest(settings.manifest());
        return doing.act(
                act(action, target, target, reason, asked, Map.of("manifest", digest)),
                verb("patch deployments", target),
                deed(
                        () -> cluster.apply(target, manifest),
                        () -> digest.equals(
                                Labels.annotations(cluster.deployment(target)).get(ControlSettings.MANIFEST))));
    }

    // What was planned holds for what was seen: where it changed meanwhile, another plan is made.
    private static Reading once(Deployment seen) {
        return new Reading(1, () -> seen);
    }

    /**
     * Gives the Deployment as it is.
     *
     * @param tries how often, where it changes meanwhile
     */
    record Reading(int tries, Supplier<Deployment> read) {}

    Doing.Outcome scale(Target target, Step.Scale step, String reason, Asked asked, Reading reading) {
        int to = step.to();
        Map<String, String> metadata = Map.of("from", String.valueOf(step.from()), "to", String.valueOf(to));
        return doing.act(
                act("k8s.scale", target, target, reason, asked, metadata),
                verb("patch deployments", target),
                deed(() -> scale(target, to, reading), () -> replicas(cluster.deployment(target)) == to));
    }

    private void scale(Target target, int to, Reading reading) {
        for (int left = reading.tries() - 1; ; left--) {
            try {
                cluster.apply(target, OwnFields.of(reading.read().get()).replicas(to));
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || left <= 0) {
                    throw e;
                }
            }
        }
    }

    private static int replicas(@Nullable Deployment deployment) {
        return deployment == null || deployment.getSpec().getReplicas() == null
                ? -1
                : deployment.getSpec().getReplicas();
    }

    /** @param history what it is to remember of it; null where it does not count */
    Doing.Outcome restart(Target target, Deployment seen, String reason, @Nullable String history, Asked asked) {
        String when = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
        OwnFields fields = OwnFields.of(seen).restartedAt(when);
        if (history != null) {
            fields.history(history);
        }
        return doing.act(
                act("k8s.restart", target, target, reason, asked, Map.of("restarted_at", when)),
                verb("patch deployments", target),
                deed(() -> cluster.apply(target, fields), () -> when.equals(restartedAt(target))));
    }

    private @Nullable String restartedAt(Target target) {
        Deployment live = cluster.deployment(target);
        return live == null
                        || live.getSpec().getTemplate().getMetadata() == null
                        || live.getSpec().getTemplate().getMetadata().getAnnotations() == null
                ? null
                : live.getSpec().getTemplate().getMetadata().getAnnotations().get(ControlSettings.RESTARTED_AT);
    }

    // Whether it would be let go is asked first: what a budget forbids does not count. Then it is counted, and only
    // then done.
    private Doing.Outcome evict(Target target, Deployment seen, Step.Evict doomed, Asked asked) {
        Target pod = new Target("Pod", target.namespace(), doomed.pod());
        return doing.act(
                act("k8s.evict", pod, target, doomed.reason(), asked, Map.of()),
                verb("evict pods", target),
                deed(
                        () -> {
                            cluster.evict(target.namespace(), doomed.pod(), doomed.uid(), true);
                            cluster.apply(target, OwnFields.of(seen).history(doomed.history()));
                            cluster.evict(target.namespace(), doomed.pod(), doomed.uid(), false);
                        },
                        () -> cluster.gone(target.namespace(), doomed.pod(), doomed.uid())));
    }

    private static String verb(String what, Target target) {
        return what + " in " + target.namespace();
    }

    private static Act act(
            String action, Target object, Target deployment, String reason, Asked asked, Map<String, String> more) {
        Map<String, String> metadata = new HashMap<>(asked.metadata());
        metadata.putAll(more);
        metadata.put("deployment", deployment.toString());
        return new Act(action, object, reason, asked.by(), metadata);
    }

    private static Doing.Deed deed(Runnable run, Supplier<Boolean> seen) {
        return new Doing.Deed() {
            @Override
            public Map<String, String> run() {
                run.run();
                return Map.of();
            }

            @Override
            public boolean seen() {
                return seen.get();
            }
        };
    }
}
