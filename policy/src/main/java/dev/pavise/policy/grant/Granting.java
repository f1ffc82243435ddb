package dev.pavise.policy.grant;

import dev.pavise.policy.Permission;
import dev.pavise.policy.PermissionSet;
import dev.pavise.policy.Quoted;
import dev.pavise.policy.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Judges whether somebody may give or take rights. Pure.
 *
 * <p>Guarantees: nobody gives what he does not hold, whichever way round: not by the permissions of a key, not by a role, and
 * not by a key whose name has roles. To hold {@code auth:manage} is not to hold everything. Taking away is not giving, so
 * whoever manages access may take what he does not hold, save the last binding that gives everything.
 */
public final class Granting {
    private static final int NAMED = 5;

    private final Rulebook book;

    public Granting(Rulebook book) {
        this.book = book;
    }

    /**
     * Whether the maker may have the secret of a key that can do this much. It holds for a new key and for a new secret of an old
     * one, as either way he could use it.
     *
     * @param given what the key itself holds
     * @param bound the roles that are bound to the key's name; unknown ones give nothing
     */
    public Ruling mayHoldKey(
            String maker, PermissionSet held, String name, Collection<Permission> given, Collection<String> bound) {
        List<Permission> missing = missing(held, given);
        if (!missing.isEmpty()) {
            return exceeds(maker, "key `" + name + "` would hold", missing);
        }
        for (String role : bound) {
            Role known = book.roles().get(role);
            List<Permission> ofRole = known == null ? List.of() : missing(held, known.permissions());
            if (!ofRole.isEmpty()) {
                return exceeds(maker, "role `" + role + "`, which is bound to `key:" + name + "`, gives", ofRole);
            }
        }
        return Ruling.ALLOWED;
    }

    /** Whether the maker may give the role to anybody. */
    public Ruling mayAssign(String maker, PermissionSet held, String role) {
        Role known = book.roles().get(role);
        if (known == null) {
            return Ruling.refused(
                    GrantRefusal.UNKNOWN_ROLE,
                    "role `" + Quoted.of(role) + "` does not exist, take one of "
                            + book.roles().keySet().stream().sorted().toList());
        }
        List<Permission> missing = missing(held, known.permissions());
        return missing.isEmpty() ? Ruling.ALLOWED : exceeds(maker, "role `" + role + "` gives", missing);
    }

    /**
     * Whether the role may be taken away.
     *
     * @param remaining the roles of all other bindings, configured ones too, that give something to somebody
     */
    public Ruling mayUnassign(String principal, String role, Collection<String> remaining) {
        if (!book.givesEverything(role) || remaining.stream().anyMatch(book::givesEverything)) {
            return Ruling.ALLOWED;
        }
        return Ruling.refused(
                GrantRefusal.LAST_ADMIN,
                "`" + principal + "` is the last one with a role that gives everything, give `" + role
                        + "` to somebody else first");
    }

    private static List<Permission> missing(PermissionSet held, Collection<Permission> wanted) {
        List<Permission> missing = new ArrayList<>();
        for (Permission permission : wanted) {
            if (!held.allows(permission)) {
                missing.add(permission);
            }
        }
        return missing;
    }

    private static Ruling exceeds(String maker, String what, List<Permission> missing) {
        StringBuilder names = new StringBuilder();
        missing.stream()
                .limit(NAMED)
                .forEach(permission -> names.append(names.isEmpty() ? "`" : ", `")
                        .append(permission)
                        .append('`'));
        if (missing.size() > NAMED) {
            names.append(" and ").append(missing.size() - NAMED).append(" more");
        }
        return Ruling.refused(
                GrantRefusal.EXCEEDS_OWN_PERMISSIONS,
                what + " " + names + ", which `" + maker + "` does not hold and so cannot give");
    }
}
