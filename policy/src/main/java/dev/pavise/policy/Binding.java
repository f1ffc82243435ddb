package dev.pavise.policy;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Gives roles to a principal, or to a group that an issuer's tokens name. The name carries the source's prefix
 * ({@code jwt:corp:alice}, {@code cert:spiffe://example.org/agent}, group {@code jwt:corp:staff}); a bare name means a
 * JWT subject or group, and holds only where exactly one issuer is configured.
 */
public record Binding(Holder holder, String name, Set<String> roles) {
    /** Who holds the roles. */
    public enum Holder {
        PRINCIPAL,
        GROUP
    }

    public Binding {
        if (name.isEmpty() || !Quoted.isPlain(name)) {
            throw new IllegalArgumentException(
                    "a binding's name `" + Quoted.of(name) + "` is unfit, name one principal or group");
        }
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("the binding of `" + name + "` gives no roles, name one or remove it");
        }
        roles = Collections.unmodifiableSet(new LinkedHashSet<>(roles));
    }

    public static Binding ofPrincipal(String name, Set<String> roles) {
        return new Binding(Holder.PRINCIPAL, name, roles);
    }

    public static Binding ofGroup(String name, Set<String> roles) {
        return new Binding(Holder.GROUP, name, roles);
    }
}
