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
    private static final String TOKEN = "jwt:";
    private static final String CERTIFICATE = "cert:";
    private static final String KEY = "key:";

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

    /**
     * The name with its source's prefix, by which the binding is found.
     *
     * @param issuers the names of the configured issuers
     * @throws IllegalArgumentException where it is not clear whom the name means, or it means nobody that there could be
     */
    public String prefixed(Set<String> issuers) {
        boolean group = holder == Holder.GROUP;
        if (name.startsWith(TOKEN)) {
            checkIssuer(issuers);
            return name;
        }
        if (name.startsWith(CERTIFICATE) && !group) {
            if (name.length() == CERTIFICATE.length()) {
                throw new IllegalArgumentException("the binding of `cert:` names no certificate, write `cert:<name>`");
            }
            return name;
        }
        if (name.startsWith(KEY) && !group) {
            if (name.length() == KEY.length()) {
                throw new IllegalArgumentException("the binding of `key:` names no API key, write `key:<name>`");
            }
            return name;
        }
        if (name.equals("operator") && !group) {
            throw new IllegalArgumentException("`operator` always has role `admin` and takes no binding,"
                    + " for a token's subject of that name write `jwt:<issuer>:operator`");
        }
        if (issuers.size() != 1) {
            throw new IllegalArgumentException("the binding of `" + name + "` is a bare name, which means a token's "
                    + (group ? "group" : "subject") + " where exactly one issuer is configured, and there are "
                    + issuers.size() + ", write `jwt:<issuer>:" + name + "`"
                    + (group ? "" : ", `cert:" + name + "` or `key:" + name + "`"));
        }
        return TOKEN + issuers.iterator().next() + ":" + name;
    }

    private void checkIssuer(Set<String> issuers) {
        int colon = name.indexOf(':', TOKEN.length());
        String issuer = colon < 0 ? "" : name.substring(TOKEN.length(), colon);
        if (colon < 0 || colon == name.length() - 1 || !issuers.contains(issuer)) {
            throw new IllegalArgumentException("the binding of `" + name
                    + "` names no configured issuer, "
                    + (issuers.isEmpty()
                            ? "and none is configured under `identity.issuers`"
                            : "write `jwt:<issuer>:<name>` with an issuer of " + issuers));
        }
    }
}
