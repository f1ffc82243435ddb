package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.cluster.ClusterFault;
import dev.pavise.k8s.plan.DeploymentView;
import dev.pavise.k8s.plan.Desired;
import dev.pavise.k8s.plan.Finding;
import dev.pavise.k8s.plan.FindingCode;
import dev.pavise.k8s.plan.HealPolicy;
import dev.pavise.k8s.plan.Plan;
import dev.pavise.k8s.plan.Planner;
import dev.pavise.k8s.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One round for one Deployment: look, plan, and take the steps; the same whether it is time, something changed or somebody asked. */
final class Rounds {
    private final ControlSettings settings;
    private final LiveSource live;
    private final Stepping stepping;
    private final Happenings happenings;
    private final Memory memory;
    private final InstantSource clock;
    private final String manifest;

    Rounds(
            ControlSettings settings,
            LiveSource live,
            Stepping stepping,
            Happenings happenings,
            Memory memory,
            InstantSource clock) {
        this.settings = settings;
        this.live = live;
        this.stepping = stepping;
        this.happenings = happenings;
        this.memory = memory;
        this.clock = clock;
        this.manifest = Manifest.digest(settings.manifest());
    }

    /** What was seen, and what is planned on it. */
    record Round(Looking.Sighted sighted, Plan plan) {
        /** The version that was seen; empty where nothing was. */
        String version() {
            DeploymentView view = sighted.observed().deployment();
            return view == null ? "" : view.version();
        }
    }

    /** What came of the steps. */
    record Taken(List<ActionTaken> actions, List<Finding> troubles, Optional<Duration> again) {}

    /** @param sight what the informers keep, which is asked where it follows the Deployment; null to ask the API server itself */
    Round round(@Nullable Sight sight, Target target, boolean heal) {
        Instant now = clock.instant();
        Source source = sight != null && sight.follows(target) ? sight : live;
        Looking.Sighted sighted = Looking.look(
                source,
                target,
                settings.exempt(),
                sight != null && sight.has(target) ? sight.blind(target, now) : List.of(),
                now);
        HealPolicy policy = settings.heal();
        Desired desired = new Desired(
                target,
                settings.makes(target) ? manifest : "",
                new HealPolicy(
                        heal && policy.enabled(),
                        policy.budget(),
                        policy.window(),
                        policy.backOff(),
                        policy.nodeGrace()));
        return new Round(sighted, Planner.plan(desired, sighted.observed()));
    }

    /** Takes the steps of a round; what failed lately waits, unless somebody asks. */
    Taken take(Round round, Target target, Asked asked, boolean patient) {
        List<ActionTaken> actions = new ArrayList<>();
        List<Finding> troubles = new ArrayList<>();
        Optional<Duration> again = Optional.ofNullable(round.plan().again());
        for (Step step : round.plan().steps()) {
            if (patient && memory.setBack(target, step, clock.instant())) {
                troubles.addAll(memory.troubles(target));
                continue;
            }
            Doing.Outcome outcome = stepping.take(step, target, round.sighted().deployment(), asked);
            taken(outcome, target, round).ifPresent(actions::add);
            Optional<Finding> trouble = trouble(outcome, target, step);
            trouble.ifPresent(troubles::add);
            if (outcome instanceof Doing.Outcome.Done) {
                memory.succeeded(target, step);
                memory.acted(target, round.version(), clock.instant());
            } else {
                again = Optional.of(memory.failed(target, step, clock.instant()));
                break;
            }
        }
        memory.troubles(target, troubles);
        return new Taken(actions, troubles, again);
    }

    /** Keeps what was done, and tells it as an event. */
    Optional<ActionTaken> taken(Doing.Outcome outcome, Target target, Round round) {
        ActionTaken action = switch (outcome) {
            case Doing.Outcome.Done done -> done.action();
            case Doing.Outcome.Failed failed -> failed.action();
            case Doing.Outcome.Unrecorded ignored -> null;
            case Doing.Outcome.NotLeading ignored -> null;
        };
        if (action == null) {
            return Optional.empty();
        }
        memory.took(target, action);
        DeploymentView view = round.sighted().observed().deployment();
        boolean well = action.outcome().equals(ActionTaken.SUCCESS);
        if (view != null) {
            happenings.tell(
                    target,
                    view.uid(),
                    reason(action, well),
                    action.action() + " of " + action.object() + ": " + (well ? action.reason() : action.detail()),
                    !well,
                    clock.instant());
        }
        return Optional.of(action);
    }

    // `k8s.scale` becomes `PaviseScale`, or `PaviseScaleFailed`: events have such reasons.
    private static String reason(ActionTaken action, boolean well) {
        String word = action.action().substring(action.action().indexOf('.') + 1);
        return "Pavise" + word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1) + (well ? "" : "Failed");
    }

    private Optional<Finding> trouble(Doing.Outcome outcome, Target target, Step step) {
        String object = target.toString();
        Instant now = clock.instant();
        return switch (outcome) {
            case Doing.Outcome.Done ignored -> Optional.empty();
            case Doing.Outcome.NotLeading ignored -> Optional.empty();
            case Doing.Outcome.Unrecorded ignored ->
                Optional.of(new Finding(
                        FindingCode.AUDIT_UNAVAILABLE, object, "nothing is done that cannot be recorded", now));
            case Doing.Outcome.Failed failed ->
                Optional.of(new Finding(
                        code(failed.fault(), step), object, failed.fault().why(), now));
        };
    }

    private static FindingCode code(ClusterFault fault, Step step) {
        return switch (fault.kind()) {
            case DENIED -> FindingCode.RBAC_DENIED;
            case CONFLICT, NOT_FOUND -> FindingCode.CONFLICT;
            case INVALID -> FindingCode.REFUSED;
            case NOT_NOW ->
                step instanceof Step.Evict ? FindingCode.DISRUPTION_NOT_ALLOWED : FindingCode.CLUSTER_UNAVAILABLE;
            case UNREACHABLE, NO_ANSWER -> FindingCode.CLUSTER_UNAVAILABLE;
        };
    }
}
