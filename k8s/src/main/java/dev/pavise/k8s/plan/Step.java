package dev.pavise.k8s.plan;

/** Something to do about a Deployment. To do nothing is to have no step. */
public sealed interface Step {
    /** Make it by the operator's manifest. */
    record Create() implements Step {}

    /** Apply the operator's manifest, which is another than the one that was applied last. */
    record Apply() implements Step {}

    /** Set the number of its pods to what was asked for. */
    record Scale(int from, int to) implements Step {}

    /**
     * Restart all of its pods, as its strategy says.
     *
     * @param history what the Deployment is to remember of it
     */
    record Restart(String reason, String history) implements Step {}

    /**
     * Evict one pod, so that another takes its place.
     *
     * @param uid of that pod: not of another that has the name by then
     * @param history what the Deployment is to remember of it
     */
    record Evict(String pod, String uid, String reason, String history) implements Step {}
}
