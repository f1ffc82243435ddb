package dev.pavise.proxy.management;

import dev.pavise.auditlog.EventType;
import dev.pavise.proxy.access.Access;
import dev.pavise.proxy.access.AccessResult;
import dev.pavise.proxy.access.RoleRequest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Roles that are given at run time, over the management API: {@code POST} adds some, {@code PUT} makes it these and no others,
 * {@code DELETE} takes one away or all. What the configuration gives is listed beside them and stays as it is.
 */
final class AuthBindings {
    private final Access access;
    private final PrincipalNames names;

    AuthBindings(Access access, PrincipalNames names) {
        this.access = access;
        this.names = names;
    }

    /** {@code GET /v1/auth/bindings}. */
    LocalAnswer list(@Nullable String query) {
        String asked = Parameters.of(query, "principal").get("principal");
        String principal = asked == null ? null : names.prefixed(asked);
        ObjectNode json = AuthJson.object();
        ArrayNode all = json.putArray("bindings");
        access.bindings().stream()
                .filter(binding -> principal == null || binding.holder().equals(principal))
                .forEach(binding -> all.add(AuthJson.of(binding)));
        return LocalAnswer.json(200, json, null);
    }

    /** Changes the roles of the principal that the query names, as a name with a slash cannot stand in a path. */
    LocalAnswer changeNamed(Call call) {
        Parameters asked = Parameters.of(call.query(), "principal", "role");
        String principal = asked.get("principal");
        if (principal == null) {
            throw new BadArgumentException("query parameter `principal` is missing");
        }
        return change(call, principal, asked.get("role"));
    }

    /** Changes the roles of the principal that the path names. */
    LocalAnswer change(Call call, String principal) {
        return change(call, principal, Parameters.of(call.query(), "role").get("role"));
    }

    private LocalAnswer change(Call call, String principal, @Nullable String role) {
        RoleRequest request = request(call, role);
        return switch (access.changeRoles(call.caller(), principal, request)) {
            case AccessResult.Done<RoleRequest.Outcome>(RoleRequest.Outcome outcome) -> changed(outcome);
            case AccessResult.Refused<RoleRequest.Outcome> refused ->
                AuthApi.refused(refused.code(), refused.message(), attempt(principal, request));
        };
    }

    private static RoleRequest request(Call call, @Nullable String role) {
        if (call.method().equals("DELETE")) {
            Arguments.of(call.body());
            return role == null ? new RoleRequest.RemoveAll() : new RoleRequest.Remove(role);
        }
        if (role != null) {
            throw new BadArgumentException("query parameter `role` goes with DELETE only, name roles in the body");
        }
        LinkedHashSet<String> roles =
                new LinkedHashSet<>(Arguments.of(call.body(), "roles").texts("roles"));
        if (call.method().equals("PUT")) {
            return new RoleRequest.Become(roles);
        }
        if (roles.isEmpty()) {
            throw new BadArgumentException("member `roles` is empty, name at least one");
        }
        return new RoleRequest.Add(roles);
    }

    private static LocalAnswer changed(RoleRequest.Outcome outcome) {
        ObjectNode json = AuthJson.object().put("principal", outcome.principal());
        AuthJson.putTexts(json, "roles", outcome.after());
        AuthJson.putTexts(json, "before", outcome.before());
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("principal", outcome.principal());
        facts.put("roles_before", String.join(",", outcome.before()));
        facts.put("roles_after", String.join(",", outcome.after()));
        return LocalAnswer.json(200, json, new LocalAnswer.Event(EventType.ROLE_CHANGE, facts));
    }

    private static Map<String, String> attempt(String principal, RoleRequest request) {
        Map<String, String> attempt = new LinkedHashMap<>();
        attempt.put("principal", principal);
        switch (request) {
            case RoleRequest.Add add -> attempt.put("roles", String.join(",", add.roles()));
            case RoleRequest.Become become -> attempt.put("roles", String.join(",", become.roles()));
            case RoleRequest.Remove remove -> attempt.put("role", remove.role());
            case RoleRequest.RemoveAll ignored -> {}
        }
        return attempt;
    }
}
