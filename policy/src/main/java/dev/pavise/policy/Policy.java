package dev.pavise.policy;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who may do what: the roles, bindings and issuers' bounds of one configuration, compiled. Immutable and safe for any
 * number of threads; deciding does no input or output.
 *
 * <p>Guarantees: nothing is allowed that no permission in effect allows. A token's claims give no more than its issuer
 * may grant ({@link MayGrant}); a name that is no known role gives nothing. Names of one source never stand for another:
 * bindings go by the prefixed id. What it does not do: it trusts that the {@link Subject} it is given was proven.
 */
public final class Policy {
    private final Roles roles;
    private final Bindings bindings;
    private final Map<String, MayGrant> issuers;
    private final Set<Permission> grantableByDefault;
    private final Map<String, Principal> certificates = new LinkedHashMap<>();
    private final Principal operator;

    private Policy(
            Roles roles, Bindings bindings, Collection<Permission> routePermissions, Map<String, MayGrant> issuers) {
        this.roles = roles;
        this.bindings = bindings;
        this.issuers = Map.copyOf(issuers);
        Set<Permission> grantable = new LinkedHashSet<>(routePermissions);
        grantable.removeIf(Policy::reachesAuth);
        this.grantableByDefault = grantable;
        this.operator = resolve(new Subject.Operator());
        for (String name : bindings.certificates()) {
            certificates.put(name, resolve(new Subject.Certificate(name)));
        }
    }

    /**
     * Compiles a policy.
     *
     * @param routePermissions what the routes of the same configuration need
     * @param issuers the bound of each issuer, by its name
     * @throws IllegalArgumentException where something configured could not be honoured: a role twice, a binding to an
     *     unknown role or to an unknown issuer, a bare name where it is not clear whom it means
     */
    public static Policy compile(
            Collection<Role> roles,
            Collection<Binding> bindings,
            Collection<Permission> routePermissions,
            Map<String, MayGrant> issuers) {
        Roles known = Roles.of(roles);
        issuers.forEach((issuer, bound) -> {
            if (bound instanceof MayGrant.Listed listed) {
                listed.roles().forEach(role -> known.require(role, "`may_grant` of issuer `" + issuer + "`"));
            }
        });
        return new Policy(known, Bindings.of(bindings, known, issuers.keySet()), routePermissions, issuers);
    }

    /**
     * Decides. Denies unless a permission in effect allows and the rule's condition holds.
     *
     * @param facts of the request; not looked at by a rule that {@link Rule#isPlain is plain}
     */
    public Decision decide(Principal asking, Rule rule, Facts facts) {
        // A principal that was made under another configuration may do what this one says.
        Principal principal = asking.isOf(this) ? asking : renew(asking);
        Permit known = principal.remembered(rule);
        if (known != null) {
            return known;
        }
        if (!principal.permissions().allows(rule.needed())) {
            String reason = "`" + principal.id() + "` does not have permission `" + rule.needed() + "`";
            return denied(principal, new Deny(rule, Deny.Cause.PERMISSION_MISSING, reason, ""));
        }
        if (rule.isPlain()) {
            return principal.remember(new Permit(principal, rule, null));
        }
        return switch (test(principal, rule, facts)) {
            case Condition.Outcome.Holds ignored ->
                rule.external() ? new Pending(principal, rule) : new Permit(principal, rule, null);
            case Condition.Outcome.Fails(String explanation) ->
                denied(
                        principal,
                        new Deny(
                                rule,
                                Deny.Cause.CONDITION_FAILED,
                                "the condition of this route does not hold for `" + principal.id() + "`",
                                explanation));
            case Condition.Outcome.Errs(String why) ->
                denied(
                        principal,
                        new Deny(
                                rule,
                                Deny.Cause.CONDITION_ERROR,
                                "the condition of this route cannot be told for `" + principal.id() + "`",
                                why));
        };
    }

    private static Condition.Outcome test(Principal principal, Rule rule, Facts facts) {
        try {
            return rule.condition().test(principal, rule, facts);
        } catch (RuntimeException | StackOverflowError | LinkageError bug) {
            return new Condition.Outcome.Errs(bug.toString());
        }
    }

    /** The denial, or where the rule is only tried out a permit that tells of it. */
    static Decision denied(Principal principal, Deny deny) {
        return deny.rule().enforcement() == Rule.Enforcement.AUDIT_ONLY
                ? new Permit(principal, deny.rule(), deny)
                : deny;
    }

    /** The principal of a proven subject, with its roles and permissions worked out. */
    public Principal principal(Subject subject) {
        return switch (subject) {
            case Subject.Operator ignored -> operator;
            case Subject.Certificate(String name) -> {
                Principal bound = certificates.get(name);
                yield bound != null ? bound : resolve(subject);
            }
            case Subject.Token ignored -> resolve(subject);
            case Subject.ApiKey ignored -> resolve(subject);
        };
    }

    /** The same subject under this policy. */
    private Principal renew(Principal old) {
        Principal renewed = principal(old.subject());
        return old.certificate().map(renewed::beside).orElse(renewed);
    }

    private Principal resolve(Subject subject) {
        Map<Permission, String> grants = new LinkedHashMap<>();
        Set<String> held = new LinkedHashSet<>();
        if (subject instanceof Subject.Operator) {
            give(Role.ADMIN, grants, held);
        }
        bindings.ofPrincipal(subject.id()).forEach(role -> give(role, grants, held));
        if (subject instanceof Subject.Token token) {
            for (String group : token.groups()) {
                bindings.ofGroup(token.issuer(), group).forEach(role -> give(role, grants, held));
            }
            giveClaims(token, grants, held);
        }
        if (subject instanceof Subject.ApiKey key) {
            key.permissions().forEach(permission -> grants.putIfAbsent(permission, "key " + key.name()));
        }
        return new Principal(this, subject, Set.copyOf(held), PermissionSet.of(grants), null);
    }

    private static void give(Role role, Map<Permission, String> grants, Set<String> held) {
        held.add(role.name());
        role.permissions().forEach(permission -> grants.putIfAbsent(permission, "role " + role.name()));
    }

    private void giveClaims(Subject.Token token, Map<Permission, String> grants, Set<String> held) {
        // An issuer that this configuration does not know may grant nothing.
        switch (issuers.getOrDefault(token.issuer(), MayGrant.NOTHING)) {
            case MayGrant.ByDefault ignored -> {
                for (Role role : roles.known(token.roles())) {
                    giveOrdinary(role, grants, held);
                }
                giveWithin(grantableByDefault, token.permissions(), grants);
            }
            case MayGrant.Listed(Set<String> listed, Set<Permission> permissions) -> {
                for (Role role : roles.known(token.roles())) {
                    if (listed.contains(role.name())) {
                        give(role, grants, held);
                    }
                }
                giveWithin(permissions, token.permissions(), grants);
            }
        }
    }

    /** Gives of a claimed role what does not reach the rights of others. */
    private static void giveOrdinary(Role role, Map<Permission, String> grants, Set<String> held) {
        for (Permission permission : role.permissions()) {
            if (!reachesAuth(permission)) {
                held.add(role.name());
                grants.putIfAbsent(permission, "claimed role " + role.name());
            }
        }
    }

    /** Gives what is both claimed and grantable: a claim of {@code agent:*} gives of it what may be granted. */
    private static void giveWithin(Set<Permission> grantable, List<String> claimed, Map<Permission, String> grants) {
        for (String text : claimed) {
            Permission.claimed(text)
                    .ifPresent(claim -> grantable.forEach(bound -> bound.meet(claim)
                            .ifPresent(both -> grants.putIfAbsent(both, "claimed permission " + claim))));
        }
    }

    private static boolean reachesAuth(Permission permission) {
        return permission.resource().equals("*") || permission.resource().equals("auth");
    }
}
