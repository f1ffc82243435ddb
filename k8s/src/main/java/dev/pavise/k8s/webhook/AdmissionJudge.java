package dev.pavise.k8s.webhook;

import dev.pavise.k8s.inject.Demand;
import dev.pavise.k8s.inject.Injection;
import dev.pavise.k8s.inject.Injector;
import dev.pavise.k8s.inject.Marks;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers one question of the API server. Touches no network and nothing else outside, so a dry run is answered as any other.
 *
 * <p>Fails closed: whatever it is asked and cannot judge is not allowed. Only the namespaces of the system and Pavise's own are let
 * through unseen, so that a cluster comes up, and the injector in it.
 */
public final class AdmissionJudge {
    /** Who demands a sidecar, told by the path that the API server was configured to ask at. */
    public enum Door {
        NAMESPACE,
        POD
    }

    /** What came of it, for metrics. */
    public enum Verdict {
        INJECTED,
        ALREADY,
        UNCHANGED,
        REFUSED,
        MALFORMED,
        FAILED;

        /** As metrics and audit annotations write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is sent back.
     *
     * @param status 200 for every question that could be read, also where the pod is refused
     * @param body JSON
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, by the server that made the question
    public record Answer(int status, Verdict verdict, byte[] body) {}

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final Injector injector;
    private final Set<String> exempt;

    /**
     * With what it needs.
     *
     * @param exempt namespaces that are let through, besides those of the system
     */
    public AdmissionJudge(Injector injector, Set<String> exempt) {
        this.injector = injector;
        this.exempt = Set.copyOf(exempt);
    }

    public Answer answer(Door door, byte[] body) {
        return switch (Review.read(body)) {
            case Review.Malformed(String reason) ->
                new Answer(
                        BAD_REQUEST, Verdict.MALFORMED, ReviewAnswer.problem(BAD_REQUEST, "malformed_review", reason));
            case Review.Asked(Review review) -> judged(door, review);
        };
    }

    private Answer judged(Door door, Review review) {
        try {
            return switch (injection(door, review)) {
                case Injection.Injected injected ->
                    new Answer(OK, Verdict.INJECTED, ReviewAnswer.patched(review.uid(), injected));
                case Injection.Already() ->
                    new Answer(
                            OK,
                            Verdict.ALREADY,
                            ReviewAnswer.allowed(review.uid(), Verdict.ALREADY, "as it has to be"));
                case Injection.Unchanged(String reason) ->
                    new Answer(OK, Verdict.UNCHANGED, ReviewAnswer.allowed(review.uid(), Verdict.UNCHANGED, reason));
                case Injection.Refused(String reason) ->
                    new Answer(OK, Verdict.REFUSED, ReviewAnswer.refused(review.uid(), Verdict.REFUSED, reason));
            };
        } catch (RuntimeException | StackOverflowError e) {
            // Whatever it was about: without an answer of ours the pod must not come up.
            return new Answer(
                    OK,
                    Verdict.FAILED,
                    ReviewAnswer.refused(
                            review.uid(),
                            Verdict.FAILED,
                            "the injector failed at this pod (" + e.getClass().getSimpleName() + ")"));
        }
    }

    private Injection injection(Door door, Review review) {
        if (Demand.isExempt(review.namespace(), exempt)) {
            return new Injection.Unchanged("pods of namespace " + review.namespace() + " are left alone");
        }
        ObjectNode pod = review.object();
        boolean aPod = review.group().isEmpty()
                && review.kind().equals("Pod")
                && review.resource().equals("pods")
                && review.subResource().isEmpty();
        if (!aPod || !review.operation().equals("CREATE")) {
            return new Injection.Refused("the webhook was asked about "
                    + List.of(review.operation(), review.resource(), review.kind())
                    + "; have it asked about CREATE of pods alone");
        }
        if (pod == null || review.namespace().isEmpty()) {
            return new Injection.Refused("the question names no pod, or no namespace");
        }
        return switch (door) {
            case NAMESPACE -> injector.inject(pod, new Demand.ByNamespace());
            case POD ->
                asks(pod)
                        ? injector.inject(pod, new Demand.ByPod())
                        : new Injection.Refused("the webhook was asked about a pod that is not labelled " + Marks.INJECT
                                + "=true; mend its objectSelector");
        };
    }

    private static boolean asks(ObjectNode pod) {
        JsonNode label = pod.path("metadata").path("labels").path(Marks.INJECT);
        return label.isString() && label.stringValue().equals("true");
    }
}
