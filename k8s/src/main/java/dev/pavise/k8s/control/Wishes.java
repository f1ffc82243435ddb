package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.cluster.ClusterFault;
import dev.pavise.k8s.plan.BudgetView;
import dev.pavise.k8s.plan.DeploymentView;
import dev.pavise.k8s.plan.Finding;
import dev.pavise.k8s.plan.Observed;
import dev.pavise.k8s.plan.PodView;
import dev.pavise.k8s.plan.Rollout;
import dev.pavise.k8s.plan.Step;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Does what is asked for beside the rounds, on what the API server has now. */
final class Wishes {
    private static final int TRIES = 3;
    private static final int NOT_FOUND = 404;

    private final Rounds rounds;
    private final Stepping stepping;
    private final Cluster cluster;

    Wishes(Rounds rounds, Stepping stepping, Cluster cluster) {
        this.rounds = rounds;
        this.stepping = stepping;
        this.cluster = cluster;
    }

    Answer<Control.Scaled> scale(Target target, int replicas, Asked asked) {
        if (replicas < 0 || replicas > Control.MOST_REPLICAS) {
            return refused(Problem.INVALID_ARGUMENT, "`replicas` is 0 to " + Control.MOST_REPLICAS);
        }
        Rounds.Round round = rounds.round(null, target, false);
        Observed observed = round.sighted().observed();
        DeploymentView view = observed.deployment();
        if (view == null) {
            return absent(round, target);
        }
        Optional<Answer.Refused<Control.Scaled>> unfit = unfit(round, target);
        if (unfit.isPresent()) {
            return unfit.get();
        }
        if (observed.autoscaler() != null) {
            return refused(
                    Problem.CONFLICT,
                    "HorizontalPodAutoscaler `" + observed.autoscaler()
                            + "` owns the number of pods: change its bounds");
        }
        Doing.Outcome outcome = stepping.scale(
                target,
                new Step.Scale(view.replicas(), replicas),
                "asked for",
                asked,
                new Stepping.Reading(TRIES, latest(target, round)));
        return answer(
                outcome,
                target,
                round,
                new Control.Scaled(target.name(), view.replicas(), replicas, view.replicas() != replicas));
    }

    // The first time what was judged, then what is there by now.
    private Supplier<Deployment> latest(Target target, Rounds.Round round) {
        AtomicReference<Optional<Deployment>> first =
                new AtomicReference<>(Optional.ofNullable(round.sighted().deployment()));
        return () -> first.getAndSet(Optional.empty())
                .or(() -> Optional.ofNullable(cluster.deployment(target)))
                .orElseThrow(() -> new KubernetesClientException("it is not there any more", NOT_FOUND, null));
    }

    Answer<Control.Restarted> restart(Target target, String reason, Asked asked) {
        Rounds.Round round = rounds.round(null, target, false);
        Observed observed = round.sighted().observed();
        DeploymentView view = observed.deployment();
        if (view == null) {
            return absent(round, target);
        }
        Optional<Answer.Refused<Control.Restarted>> unfit = unfit(round, target);
        if (unfit.isPresent()) {
            return unfit.get();
        }
        if (view.paused()) {
            return refused(Problem.CONFLICT, "the rollout of " + target + " is paused: resume it first");
        }
        if (view.rollout() == Rollout.IN_PROGRESS) {
            return refused(Problem.ROLLOUT_IN_PROGRESS, target + " is being rolled out: wait until it is done");
        }
        Optional<BudgetView> budget = observed.budgets().stream()
                .filter(each -> each.allowed() <= 0
                        && observed.pods().stream()
                                .anyMatch(pod -> serves(pod) && each.pods().contains(pod.name())))
                .findFirst();
        if (budget.isPresent()) {
            return refused(
                    Problem.DISRUPTION_NOT_ALLOWED,
                    "PodDisruptionBudget `" + budget.get().name() + "` allows none of its pods to go now");
        }
        Deployment seen = Objects.requireNonNull(round.sighted().deployment());
        Doing.Outcome outcome = stepping.restart(target, seen, reason.isEmpty() ? "asked for" : reason, null, asked);
        String at =
                outcome instanceof Doing.Outcome.Done done ? done.action().at().toString() : "";
        return answer(outcome, target, round, new Control.Restarted(target.name(), at));
    }

    private static boolean serves(PodView pod) {
        return pod.live() && pod.ready();
    }

    // What is not seen whole is not touched.
    private static <T> Optional<Answer.Refused<T>> unfit(Rounds.Round round, Target target) {
        Observed observed = round.sighted().observed();
        if (!observed.blind().isEmpty()) {
            return Optional.of(new Answer.Refused<>(
                    Problem.CLUSTER_UNAVAILABLE, told(observed.blind().getFirst())));
        }
        DeploymentView view = observed.deployment();
        return view != null && view.deleting()
                ? Optional.of(new Answer.Refused<>(Problem.CONFLICT, target + " is being removed"))
                : Optional.empty();
    }

    private static String told(Finding finding) {
        return finding.message() + "; " + finding.code().mend();
    }

    /** Where it was not seen: since it is not there, or since nothing can be seen. */
    static <T> Answer<T> absent(Rounds.Round round, Target target) {
        return round.sighted().observed().blind().stream()
                .findFirst()
                .<Answer<T>>map(each -> refused(Problem.CLUSTER_UNAVAILABLE, told(each)))
                .orElseGet(() -> refused(Problem.NO_SUCH_DEPLOYMENT, target + " is not there"));
    }

    private <T> Answer<T> answer(Doing.Outcome outcome, Target target, Rounds.Round round, T value) {
        rounds.taken(outcome, target, round);
        return switch (outcome) {
            case Doing.Outcome.Done ignored -> new Answer.Done<>(value);
            case Doing.Outcome.Failed failed ->
                refused(problem(failed.fault()), failed.fault().why());
            case Doing.Outcome.Unrecorded ignored ->
                refused(Problem.AUDIT_UNAVAILABLE, "it was not done, since it cannot be recorded");
            case Doing.Outcome.NotLeading ignored ->
                refused(Problem.NOT_LEADER, "it was not done: this manager does not lead any more");
        };
    }

    private static Problem problem(ClusterFault fault) {
        return switch (fault.kind()) {
            case NOT_FOUND -> Problem.NO_SUCH_DEPLOYMENT;
            case CONFLICT, INVALID -> Problem.CONFLICT;
            case DENIED, NOT_NOW, UNREACHABLE, NO_ANSWER -> Problem.CLUSTER_UNAVAILABLE;
        };
    }

    private static <T> Answer.Refused<T> refused(Problem problem, String why) {
        return new Answer.Refused<>(problem, why);
    }
}
