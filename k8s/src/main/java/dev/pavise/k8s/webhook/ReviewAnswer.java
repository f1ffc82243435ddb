package dev.pavise.k8s.webhook;

import dev.pavise.k8s.inject.Injection;
import dev.pavise.k8s.inject.Trees;
import dev.pavise.k8s.webhook.AdmissionJudge.Verdict;
import java.util.Base64;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes answers: AdmissionReview of admission.k8s.io/v1, and problems (RFC 9457) for what was no question. */
final class ReviewAnswer {
    private static final int FORBIDDEN = 403;
    private static final int ERROR = 500;
    /** Longer ones are cut by the API server anyway. */
    private static final int LONGEST_WARNING = 240;

    private ReviewAnswer() {}

    static byte[] patched(String uid, Injection.Injected injected) {
        ObjectNode response =
                response(uid, true, Verdict.INJECTED, injected.patch().size() + " steps");
        response.put("patchType", "JSONPatch");
        response.put("patch", Base64.getEncoder().encodeToString(Trees.bytes(injected.patch())));
        for (String warning : injected.warnings()) {
            response.withArray("warnings").add(warning.substring(0, Math.min(LONGEST_WARNING, warning.length())));
        }
        return review(response);
    }

    static byte[] allowed(String uid, Verdict verdict, String reason) {
        return review(response(uid, true, verdict, reason));
    }

    static byte[] refused(String uid, Verdict verdict, String reason) {
        ObjectNode response = response(uid, false, verdict, reason);
        response.putObject("status")
                .put("code", verdict == Verdict.FAILED ? ERROR : FORBIDDEN)
                .put("reason", verdict == Verdict.FAILED ? "InternalError" : "Forbidden")
                .put("message", "pavise: " + reason);
        return review(response);
    }

    static byte[] problem(int status, String code, String detail) {
        return Trees.bytes(JsonNodeFactory.instance
                .objectNode()
                .put("status", status)
                .put("code", code)
                .put("detail", detail));
    }

    /** What is done is told in the API server's audit log too, by annotations. */
    private static ObjectNode response(String uid, boolean allowed, Verdict verdict, String reason) {
        ObjectNode response =
                JsonNodeFactory.instance.objectNode().put("uid", uid).put("allowed", allowed);
        response.putObject("auditAnnotations").put("injection", verdict.word()).put("reason", reason);
        return response;
    }

    private static byte[] review(ObjectNode response) {
        ObjectNode review = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "admission.k8s.io/v1")
                .put("kind", "AdmissionReview");
        review.set("response", response);
        return Trees.bytes(review);
    }
}
