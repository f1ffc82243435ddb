package dev.pavise.k8s.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses the one thing that helps most, of what the pods of a Deployment need. */
final class Remedies {
    private final Observed observed;
    private final Rollout rollout;
    private final Teller teller;
    private final List<PodView> live;
    private final List<PodView> lost = new ArrayList<>();
    private final List<PodView> sick = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();

    /** Takes what is found. */
    interface Teller {
        void find(FindingCode code, String object, String message, Instant since);
    }

    Remedies(Observed observed, Rollout rollout, Teller teller) {
        this.observed = observed;
        this.rollout = rollout;
        this.teller = teller;
        this.live = observed.pods().stream().filter(PodView::live).toList();
    }

    void sick(PodView pod, Ailment ailment) {
        switch (ailment.remedy()) {
            case NONE -> {}
            case MOVE -> lost.add(pod);
            case REPLACE -> {
                sick.add(pod);
                reasons.add(ailment.code().code());
            }
        }
    }

    @Nullable
    Step choose(String history) {
        List<PodView> naked =
                live.stream().filter(pod -> pod.demanded() && !pod.injected()).toList();
        naked.forEach(pod -> find(FindingCode.NOT_INJECTED, pod, "it has to carry the sidecar and does not"));
        if (rollout == Rollout.STUCK) {
            // What still serves is of the old template: replacing pods of the new one mends nothing. Where none serves,
            // a restart breaks nothing.
            return !sick.isEmpty() && sick.size() == live.size() ? restart(history) : null;
        }
        if (rollout != Rollout.COMPLETE) {
            return null;
        }
        if (!lost.isEmpty() && !observed.mostNodesLost()) {
            return evict(lost.getFirst(), FindingCode.NODE_LOST.code(), history);
        }
        if (!sick.isEmpty()) {
            return sick.size() == live.size() ? restart(history) : evict(sick.getFirst(), reasons.getFirst(), history);
        }
        return naked.isEmpty() ? null : inject(naked, history);
    }

    private Step restart(String history) {
        return new Step.Restart(
                "all of its pods are unwell: "
                        + String.join(", ", reasons.stream().distinct().toList()),
                history);
    }

    // One after the other, and only while the rest is well.
    private @Nullable Step inject(List<PodView> naked, String history) {
        if (!observed.injector()) {
            find(FindingCode.INJECTOR_MISSING, naked.getFirst(), "there is nothing that would inject the sidecar");
            return null;
        }
        if (!live.stream().allMatch(PodView::ready)) {
            return null;
        }
        if (naked.size() < live.size()) {
            return evict(naked.getFirst(), FindingCode.NOT_INJECTED.code(), history);
        }
        return allowed(naked.getFirst()) ? new Step.Restart("none of its pods carries the sidecar", history) : null;
    }

    private @Nullable Step evict(PodView pod, String reason, String history) {
        return allowed(pod) ? new Step.Evict(pod.name(), pod.uid(), reason, history) : null;
    }

    private boolean allowed(PodView pod) {
        for (BudgetView budget : observed.budgets()) {
            if (budget.forbids(pod)) {
                find(
                        FindingCode.DISRUPTION_NOT_ALLOWED,
                        pod,
                        "PodDisruptionBudget `" + budget.name() + "` allows none now");
                return false;
            }
        }
        return true;
    }

    private void find(FindingCode code, PodView pod, String message) {
        DeploymentView deployment = observed.deployment();
        String namespace = deployment == null ? "" : deployment.target().namespace();
        teller.find(code, "Pod " + namespace + "/" + pod.name(), message, pod.changed());
    }
}
