package dev.pavise.proxy.management;

import dev.pavise.policy.Permission;
import dev.pavise.policy.PermissionSet;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import dev.pavise.proxy.access.Access;
import dev.pavise.proxy.access.BindingView;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /v1/auth/check}: does this principal have that permission, and where from. For the caller it is the whole truth. For
 * another it is what configuration and store know, and the answer says where a token could claim more. Conditions of routes and
 * limits are not looked at, as they depend on the request.
 */
final class AuthCheck {
    private static final String ME = "me";
    private static final String ROLE = "role ";

    private final Access access;
    private final Supplier<Policy> policy;
    private final PrincipalNames names;

    AuthCheck(Access access, Supplier<Policy> policy, PrincipalNames names) {
        this.access = access;
        this.policy = policy;
        this.names = names;
    }

    LocalAnswer answer(Principal caller, byte[] body) {
        Arguments asked = Arguments.of(body, "principal", "permission");
        Permission permission = permission(asked.text("permission"));
        String name = asked.optionalText("principal");
        if (name == null || name.equals(ME)) {
            return told(caller.id(), permission, caller, true);
        }
        String id = names.prefixed(name);
        Optional<Subject> subject = names.subject(id);
        Principal principal = subject.map(policy.get()::principal).orElse(null);
        return told(id, permission, principal, !PrincipalNames.mayClaim(id));
    }

    private static Permission permission(String text) {
        try {
            return Permission.parse(text);
        } catch (IllegalArgumentException unfit) {
            throw new BadArgumentException("member `permission`: " + unfit.getMessage());
        }
    }

    private LocalAnswer told(String id, Permission permission, @Nullable Principal principal, boolean complete) {
        Optional<PermissionSet.Grant> grant =
                principal == null ? Optional.empty() : principal.permissions().granting(permission);
        ObjectNode json = AuthJson.object();
        json.put("principal", id).put("permission", permission.toString()).put("allowed", grant.isPresent());
        json.put("reason", reason(id, permission, principal, grant));
        grant.ifPresent(held -> {
            ObjectNode source = json.putObject("source");
            source.put("permission", held.permission().toString()).put("from", held.source());
            binding(id, held.source()).ifPresent(where -> source.put("binding", where.origin()));
        });
        json.put("complete", complete);
        if (!complete) {
            json.put("note", "roles, groups and permissions that a token itself claims are not known here");
        }
        return LocalAnswer.json(200, json, null);
    }

    private static String reason(
            String id, Permission permission, @Nullable Principal principal, Optional<PermissionSet.Grant> grant) {
        if (principal == null) {
            return "there is no live key `" + id + "`";
        }
        if (grant.isPresent()) {
            return grant.get().source() + " gives `" + grant.get().permission() + "`";
        }
        Set<String> roles = principal.roles();
        return "`" + id + "` does not have permission `" + permission + "`"
                + (roles.isEmpty()
                        ? ", it has no role"
                        : ", its roles are " + roles.stream().sorted().collect(Collectors.joining(", ")));
    }

    private Optional<BindingView> binding(String id, String source) {
        return access.bindings().stream()
                .filter(each -> each.holder().equals(id) && source.equals(ROLE + each.role()))
                .findFirst();
    }
}
