package dev.pavise.k8s.plan;

import java.util.Locale;

/** What may be found about a Deployment, and how to mend it. The names, in lower case, are what answers and alerts go by: they stay. */
public enum FindingCode {
    MISSING_DEPLOYMENT(true, "make the Deployment, or give the manager its manifest as `kubernetes.manifest`"),
    PAUSED(false, "resume it with `kubectl rollout resume`; nothing is healed meanwhile"),
    ROLLOUT_IN_PROGRESS(false, "wait; nothing is healed meanwhile"),
    ROLLOUT_STUCK(true, "look at the new pods, then mend the template or `kubectl rollout undo`"),
    PODS_MISSING(
            true,
            "look at the events of the ReplicaSet: a quota, an admission webhook or a missing service account keeps pods from being made"),
    REPLICAS_DIFFER(false, "the manager sets the number that `scale` was asked for; ask it for another one"),
    AUTOSCALED(false, "a HorizontalPodAutoscaler owns the number: change its bounds"),
    CRASH_LOOP(true, "look at the log of the container that ended last"),
    OUT_OF_MEMORY(true, "raise the container's memory limit, or find what it keeps"),
    CANNOT_START(true, "look at the pod's events: its container runtime refuses to start the container"),
    IMAGE_UNAVAILABLE(true, "mend the name of the image, or the right to pull it"),
    CONFIG_ERROR(true, "make the ConfigMap, Secret or key that the container names"),
    UNSCHEDULABLE(true, "make room: nodes, requests, affinity, taints or the volume it waits for"),
    NODE_LOST(true, "look after the node; the pod is replaced elsewhere"),
    NODES_LOST(true, "most nodes are lost, which looks like a cut network: nothing is moved"),
    STUCK_TERMINATING(true, "look at its finalizers and its node; it is never removed by force from here"),
    PROBE_FAILING(false, "look at what the readiness probe asks for"),
    NOT_READY(true, "look at what the readiness probe asks for"),
    NOT_INJECTED(true, "the pod is replaced, so that it comes up with its sidecar"),
    INJECTOR_MISSING(
            true,
            "install the injector: its webhook configuration `pavise-injector` is not there, or has no caBundle yet"),
    GOES_AROUND(
            false,
            "let the Service target port 8443, or the application's port by its name; what enforces the NetworkPolicy drops such traffic"),
    DISRUPTION_NOT_ALLOWED(false, "a PodDisruptionBudget allows none now; wait, or widen it"),
    BACKING_OFF(false, "wait: the next act has to be a while after the last one"),
    NEEDS_A_HUMAN(true, "the budget of this hour is spent and it is still unwell: nothing more is done until it frees"),
    HISTORY_UNREADABLE(true, "remove the annotation `pavise.dev/heal-history`; nothing is healed until then"),
    CONFLICT(false, "another changed it meanwhile, or owns a field of the manifest: it is tried again"),
    REFUSED(true, "look at the last actions: the API server does not take what was asked for"),
    RBAC_DENIED(true, "give the manager's role what it lacks"),
    CLUSTER_UNAVAILABLE(true, "look after the API server"),
    AUDIT_UNAVAILABLE(true, "look after the manager's audit log: what cannot be recorded is not done");

    private final boolean ails;
    private final String mend;

    FindingCode(boolean ails, String mend) {
        this.ails = ails;
        this.mend = mend;
    }

    /** Whether a Deployment that has it is not healthy. */
    public boolean ails() {
        return ails;
    }

    /** What a human can do. */
    public String mend() {
        return mend;
    }

    /** As answers write it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
