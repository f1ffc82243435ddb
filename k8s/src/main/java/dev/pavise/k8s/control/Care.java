package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.plan.DeploymentView;
import dev.pavise.k8s.plan.Finding;
import dev.pavise.k8s.plan.FindingCode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What is done for Deployments: of itself, in rounds, and what is asked for. One thing at a time for each. */
final class Care {
    private static final int LAST_ACTIONS = 10;
    private static final Duration TOLD_BY_THEN = Duration.ofSeconds(1);

    private final ControlSettings settings;
    private final InstantSource clock;
    private final Memory memory = new Memory();
    private final Turns turns = new Turns();
    private final Rounds rounds;
    private final Wishes wishes;

    Care(KubernetesClient client, ControlSettings settings, Doing doing, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        Cluster cluster = new Cluster(client);
        Stepping stepping = new Stepping(cluster, doing, settings, clock);
        this.rounds = new Rounds(settings, new LiveSource(client), stepping, new Happenings(cluster), memory, clock);
        this.wishes = new Wishes(rounds, stepping, cluster);
    }

    void remember(Target target, ActionTaken action) {
        memory.took(target, action);
    }

    List<ActionTaken> actions(Target target) {
        return memory.actions(target);
    }

    /** One round of itself; when to look again, where that is not only at the next change. */
    Optional<Duration> pass(Sight sight, Target target) {
        return turns.take(target, () -> {
            Rounds.Round round = rounds.round(sight, target, true);
            findings(target, round); // noted for metrics, also where nobody asks
            if (!settings.enabled() || round.plan().steps().isEmpty()) {
                memory.troubles(target, List.of());
                return Optional.ofNullable(round.plan().again());
            }
            if (memory.stale(target, round.version(), clock.instant())) {
                return Optional.of(TOLD_BY_THEN);
            }
            return rounds.take(round, target, Asked.BY_SYSTEM, true).again();
        });
    }

    Answer<Status> status(Sight sight, Target target) {
        Rounds.Round round = rounds.round(sight, target, true);
        DeploymentView view = round.sighted().observed().deployment();
        if (view == null) {
            return Wishes.absent(round, target);
        }
        List<Finding> findings = findings(target, round);
        Instant now = clock.instant();
        List<ActionTaken> actions = memory.actions(target);
        return new Answer.Done<>(new Status(
                target.namespace(),
                target.name(),
                Reports.replicas(round.sighted()),
                round.plan().rollout().word(),
                round.plan().healthy()
                        && findings.stream().noneMatch(each -> each.code().ails()),
                findings,
                Reports.conditions(round.sighted().deployment(), now),
                actions.subList(0, Math.min(LAST_ACTIONS, actions.size()))));
    }

    /** How many of these Deployments have such a finding. */
    long having(Set<Target> targets, FindingCode code) {
        return memory.having(targets, code);
    }

    private List<Finding> findings(Target target, Rounds.Round round) {
        List<Finding> all = Stream.concat(round.plan().findings().stream(), memory.troubles(target).stream())
                .distinct()
                .toList();
        return memory.dated(target, all);
    }

    Answer<List<PodStatus>> pods(Sight sight, Target target) {
        Rounds.Round round = rounds.round(sight, target, true);
        return round.sighted().observed().deployment() == null
                ? Wishes.absent(round, target)
                : new Answer.Done<>(Reports.pods(round.sighted()));
    }

    Answer<Control.Checked> health(Target target, Asked asked) {
        return turns.take(target, () -> {
            Rounds.Round round = rounds.round(null, target, true);
            if (round.sighted().observed().deployment() == null) {
                return Wishes.absent(round, target);
            }
            Rounds.Taken taken = rounds.take(round, target, asked, false);
            return new Answer.Done<>(
                    new Control.Checked(round.plan().healthy(), findings(target, round), taken.actions()));
        });
    }

    Answer<Control.Reconciled> reconcile(Target target, Asked asked) {
        return turns.take(target, () -> {
            Rounds.Round round = rounds.round(null, target, true);
            boolean made =
                    settings.makes(target) && round.sighted().observed().blind().isEmpty();
            if (round.sighted().observed().deployment() == null && !made) {
                return Wishes.absent(round, target);
            }
            Rounds.Taken taken = rounds.take(round, target, asked, false);
            return new Answer.Done<>(new Control.Reconciled(taken.actions(), findings(target, round)));
        });
    }

    Answer<Control.Scaled> scale(Target target, int replicas, Asked asked) {
        return turns.take(target, () -> wishes.scale(target, replicas, asked));
    }

    Answer<Control.Restarted> restart(Target target, String reason, Asked asked) {
        return turns.take(target, () -> wishes.restart(target, reason, asked));
    }
}
