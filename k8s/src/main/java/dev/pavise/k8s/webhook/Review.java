package dev.pavise.k8s.webhook;

import dev.pavise.k8s.inject.Trees;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the API server asks (admission.k8s.io/v1, AdmissionReview): whether an object may come into being.
 *
 * @param object null where there is none
 */
record Review(
        String uid,
        String group,
        String kind,
        String resource,
        String subResource,
        String operation,
        String namespace,
        @Nullable ObjectNode object) {
    private static final String VERSION = "admission.k8s.io/v1";
    private static final int LONGEST_UID = 128;

    /** What came of reading a question. */
    sealed interface Outcome {}

    record Asked(Review review) implements Outcome {}

    /** It is no question: there is no uid to answer to. */
    record Malformed(String reason) implements Outcome {}

    static Outcome read(byte[] body) {
        ObjectNode root = Trees.object(body);
        if (root == null) {
            return new Malformed("the body is not one JSON object without repeated members");
        }
        if (!text(root, "apiVersion").equals(VERSION) || !text(root, "kind").equals("AdmissionReview")) {
            return new Malformed("the body is no AdmissionReview of " + VERSION);
        }
        if (!(root.get("request") instanceof ObjectNode request)) {
            return new Malformed("the review has no request");
        }
        String uid = text(request, "uid");
        if (!uid.matches("[\\x21-\\x7e]{1," + LONGEST_UID + "}")) {
            return new Malformed("the request has no uid");
        }
        return new Asked(new Review(
                uid,
                text(request.path("kind"), "group"),
                text(request.path("kind"), "kind"),
                text(request.path("resource"), "resource"),
                text(request, "subResource"),
                text(request, "operation"),
                text(request, "namespace"),
                request.get("object") instanceof ObjectNode object ? object : null));
    }

    private static String text(JsonNode parent, String name) {
        JsonNode value = parent.path(name);
        return value.isString() ? value.stringValue() : "";
    }
}
