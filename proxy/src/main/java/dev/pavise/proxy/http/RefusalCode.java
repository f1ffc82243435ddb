package dev.pavise.proxy.http;

import java.util.Locale;

/**
 * Every reason for which the gateway itself refuses or breaks off a request: a stable code, its status and a title. The table in
 * {@code docs/refusals.md} is checked against this list.
 */
public enum RefusalCode {
    MALFORMED_REQUEST(400, "the request is not well-formed HTTP"),
    AMBIGUOUS_FRAMING(400, "where the message ends can be read in more than one way"),
    AMBIGUOUS_PATH(400, "the path can be read in more than one way"),
    AMBIGUOUS_HOST(400, "the host is missing, malformed or named twice"),
    AMBIGUOUS_CREDENTIALS(400, "the request carries more than one credential"),
    UNSUPPORTED_VERSION(505, "the HTTP version is not spoken here"),
    UNSUPPORTED_METHOD(501, "the method is not forwarded here"),
    UNSUPPORTED_CODING(501, "the transfer coding is not understood"),
    UNSUPPORTED_EXPECTATION(417, "the expectation cannot be met"),
    UNSUPPORTED_UPGRADE(400, "this protocol switch is not forwarded here"),
    TARGET_TOO_LONG(414, "the request target is too long"),
    HEADERS_TOO_LARGE(431, "the request's header fields are too many or too large"),
    BODY_TOO_LARGE(413, "the body is larger than this route allows"),
    REQUEST_TIMEOUT(408, "the request did not arrive in time"),
    UNAUTHENTICATED(401, "a valid credential is required"),
    REVOKED_CERTIFICATE(401, "the client certificate is not valid here"),
    TOO_MANY_REFUSED_CREDENTIALS(429, "too many wrong credentials came from this address"),
    ORIGIN_NOT_ALLOWED(403, "requests from this origin are not allowed"),
    FORBIDDEN(403, "the identity may not do this"),
    EXTERNAL_POLICY_UNAVAILABLE(503, "the external policy of this route could not be asked"),
    NO_ROUTE(404, "no route matches"),
    NOT_FOUND(404, "there is nothing here"),
    NOT_SIGNED_YET(409, "the record is not signed yet"),
    METHOD_NOT_ALLOWED(405, "the method is not allowed here"),
    INVALID_ARGUMENT(400, "an argument is not understood"),
    EXCEEDS_OWN_PERMISSIONS(403, "nobody gives a permission that they do not hold"),
    UNKNOWN_ROLE(400, "no role is called so"),
    NAME_TAKEN(409, "a live key is called so"),
    LAST_ADMIN(409, "the last binding that gives everything stays"),
    CONFIGURED(409, "what the configuration gives is taken away there"),
    TOO_MANY(409, "there are as many as the configuration allows"),
    STORE_UNAVAILABLE(503, "keys and bindings cannot be written, so nothing was changed"),
    NOT_IN_FORCE(500, "the change is stored, but could not be put in force"),
    MISDIRECTED(421, "this host is not served here"),
    TOOLS_NOT_CONFIGURED(404, "this gateway has no tools"),
    MANIFEST_MISSING(404, "no manifest is registered for the tool"),
    VERSION_MISSING(404, "the tool is not registered in this version"),
    VERSION_REMOVED(410, "this version of the tool was removed for good"),
    MANIFEST_MALFORMED(400, "the manifest is not of its form"),
    KEY_UNKNOWN(403, "the manifest names a key that is not trusted"),
    SIGNATURE_INVALID(403, "no trusted key signed the manifest"),
    KEY_REVOKED(403, "the key that signed the manifest is revoked"),
    KEY_NOT_YET_VALID(403, "the key that signed the manifest is not trusted yet"),
    KEY_EXPIRED(403, "the key that signed the manifest is trusted no more"),
    CONTENT_REVOKED(403, "the content of the tool is revoked"),
    CONTENT_MISSING(409, "the content of the tool is not here"),
    CONTENT_MISMATCH(409, "the content does not have the digest that is named"),
    KIND_UNKNOWN(409, "the content is neither a WebAssembly module nor a program"),
    KIND_MISMATCH(409, "the content is of another kind than the manifest says"),
    POLICY_MISSING(403, "the manifest asks for its own policy, and none is configured"),
    MEMORY_EXCEEDS_POLICY(403, "the manifest asks for more memory than its policy allows"),
    CPU_EXCEEDS_POLICY(403, "the manifest asks for more CPU time than its policy allows"),
    FILES_EXCEED_POLICY(403, "the manifest asks for files that its policy does not allow"),
    NETWORK_EXCEEDS_POLICY(403, "the manifest asks for network that its policy does not allow"),
    SECRETS_EXCEED_POLICY(403, "the manifest asks for secrets, which its policy does not allow"),
    SECRET_FORBIDDEN(403, "the identity may not give the tool this secret"),
    SECRET_MISSING(409, "the tool asks for a secret that is not configured"),
    VERSION_OLDER(409, "a newer version is, or was, registered"),
    VERSION_TAKEN(409, "this version is registered with another manifest"),
    REGISTRY_FULL(409, "as many tools or versions are registered as can be kept"),
    CONTENT_STORE_FULL(507, "there is no room for the content"),
    TOOL_STORE_UNAVAILABLE(503, "what is kept of tools cannot be written, so nothing was changed"),
    RUNNER_BUSY(429, "the runner has no room for another run"),
    RUNNER_DECLINED(502, "the runner did not run the tool"),
    RUNNER_UNREACHABLE(503, "the runner could not be reached, so nothing was run"),
    RUNNER_FAILED(502, "the runner broke off or answered what cannot be understood"),
    RUNNER_TIMEOUT(504, "the runner did not answer in time"),
    RECEIPT_INVALID(502, "the runner's receipt is not good, so its result is not believed"),
    NOT_IN_CLUSTER(503, "this gateway does not run in a Kubernetes cluster"),
    NO_MANAGER(503, "this gateway has no manager to ask"),
    MANAGER_UNAVAILABLE(503, "the manager could not be asked, so nothing was done"),
    MANAGER_FAILED(502, "the manager broke off or answered what cannot be understood"),
    MANAGER_TIMEOUT(504, "the manager did not answer in time"),
    NOT_LEADER(503, "the manager that was asked does not lead, so nothing was done"),
    CLUSTER_UNAVAILABLE(503, "the manager cannot reach the cluster's API server"),
    NO_SUCH_DEPLOYMENT(404, "the cluster has no such Deployment"),
    CONFLICT(409, "somebody else changed the same just now"),
    ROLLOUT_IN_PROGRESS(409, "a rollout is in progress already"),
    DISRUPTION_NOT_ALLOWED(409, "the disruption budget of the pods does not allow it now"),
    RATE_LIMITED(429, "the rate limit is used up"),
    AUDIT_UNAVAILABLE(503, "the audit trail cannot be written, so nothing is allowed"),
    DRAINING(503, "the gateway is shutting down"),
    UPSTREAM_BUSY(503, "all connections to the upstream are in use"),
    UPSTREAM_UNREACHABLE(502, "the upstream could not be reached"),
    UPSTREAM_FAILED(502, "the upstream broke off its answer"),
    UPSTREAM_MALFORMED(502, "the upstream's answer is not well-formed HTTP"),
    UPSTREAM_TIMEOUT(504, "the upstream did not answer in time"),
    INTERNAL(500, "the gateway failed");

    private final int status;
    private final String title;

    RefusalCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The stable code, as it stands in answers, audit records and metrics. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
