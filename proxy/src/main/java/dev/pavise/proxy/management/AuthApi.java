package dev.pavise.proxy.management;

import dev.pavise.auditlog.EventType;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Role;
import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.proxy.access.Access;
import dev.pavise.proxy.http.RefusalCode;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /v1/auth}: keys, bindings, and the question who may do what. Reads and writes files: not for an event loop.
 *
 * <p>That the caller may ask at all was decided and recorded before; what the caller may give is judged here, by the rules of
 * {@link dev.pavise.policy.grant.Granting}. A change that is answered is in force for the next request.
 */
public final class AuthApi {
    private final AuthKeys keys;
    private final AuthBindings bindings;
    private final AuthCheck check;
    private final Access access;

    /** @param policy the one in force */
    public AuthApi(Access access, Supplier<Policy> policy, InstantSource clock) {
        this.keys = new AuthKeys(access, clock);
        PrincipalNames names = new PrincipalNames(access);
        this.bindings = new AuthBindings(access, names);
        this.check = new AuthCheck(access, policy, names);
        this.access = access;
    }

    /** Carries out a call of one of the endpoints under {@code /v1/auth}. */
    public LocalAnswer answer(Call call) {
        try {
            return dispatch(call);
        } catch (BadArgumentException unfit) {
            return LocalAnswer.refused(RefusalCode.INVALID_ARGUMENT, String.valueOf(unfit.getMessage()));
        }
    }

    private LocalAnswer dispatch(Call call) {
        String variable = Parameters.variable(call.variable());
        return switch (call.endpoint()) {
            case AUTH_KEYS ->
                call.method().equals("POST") ? keys.create(call.caller(), call.body()) : keys.list(call.query());
            case AUTH_KEY ->
                call.method().equals("DELETE") ? keys.revoke(call.caller(), variable) : keys.show(variable);
            case AUTH_KEY_ROTATE -> keys.rotate(call.caller(), variable, call.body());
            case AUTH_BINDINGS ->
                call.method().equals("GET") ? bindings.list(call.query()) : bindings.changeNamed(call);
            case AUTH_BINDING -> bindings.change(call, variable);
            case AUTH_ROLES -> roles();
            case AUTH_CHECK -> check.answer(call.caller(), call.body());
            case HEALTH,
                    LIVE,
                    READY,
                    RESOURCE_METADATA,
                    METRICS,
                    AUDIT_EVENTS,
                    AUDIT_EVENT,
                    AUDIT_QUERY,
                    AUDIT_PROOF,
                    AUDIT_CHECKPOINT,
                    TOOL_MANIFESTS,
                    TOOL_REGISTER,
                    TOOL_MANIFEST,
                    TOOL_REMOVE,
                    TOOL_CONTENT,
                    TOOL_RUN,
                    K8S_STATUS,
                    K8S_PODS,
                    K8S_ACTIONS,
                    K8S_SCALE,
                    K8S_HEALTH,
                    K8S_RECONCILE,
                    K8S_RESTART ->
                throw new IllegalArgumentException("`" + call.endpoint().path() + "` is not about keys and bindings");
        };
    }

    /** {@code GET /v1/auth/roles}. */
    private LocalAnswer roles() {
        ObjectNode json = AuthJson.object();
        ArrayNode all = json.putArray("roles");
        access.rulebook().roles().values().stream()
                .sorted(Comparator.comparing(Role::name))
                .forEach(role -> all.add(AuthJson.of(role)));
        return LocalAnswer.json(200, json, null);
    }

    /** A refusal by the rules. What was tried goes into its record where it was to give more than the caller holds. */
    static LocalAnswer refused(GrantRefusal code, String message, Map<String, String> attempt) {
        if (code != GrantRefusal.EXCEEDS_OWN_PERMISSIONS) {
            return LocalAnswer.refused(AuthRefusals.code(code), message);
        }
        Map<String, String> facts = new LinkedHashMap<>(attempt);
        facts.put("detail", message);
        return LocalAnswer.refused(
                AuthRefusals.code(code), message, new LocalAnswer.Event(EventType.ACCESS_DENIED, facts));
    }
}
