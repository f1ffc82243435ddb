package dev.pavise.policy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A proven identity with the permissions that one {@link Policy} gives it. Only a policy makes one, so holding a
 * principal means that a credential was checked and its permissions come from the configuration.
 */
public final class Principal {
    /** The kind of credential that proved it. */
    public enum Source {
        OPERATOR,
        JWT,
        API_KEY,
        CERTIFICATE
    }

    private final Policy policy;
    private final Subject subject;
    private final String id;
    private final Set<String> roles;
    private final PermissionSet permissions;
    private final @Nullable String certificate;

    private @Nullable RememberedPermits permits;

    Principal(
            Policy policy,
            Subject subject,
            Set<String> roles,
            PermissionSet permissions,
            @Nullable String certificate) {
        this.policy = policy;
        this.subject = subject;
        this.id = subject.id();
        this.roles = roles;
        this.permissions = permissions;
        this.certificate = certificate;
    }

    /** {@code operator}, {@code jwt:<issuer>:<sub>}, {@code key:<name>} or {@code cert:<name>}. */
    public String id() {
        return id;
    }

    /** The id without its prefix. */
    public String name() {
        return subject.name();
    }

    public Source source() {
        return switch (subject) {
            case Subject.Operator ignored -> Source.OPERATOR;
            case Subject.Certificate ignored -> Source.CERTIFICATE;
            case Subject.Token ignored -> Source.JWT;
            case Subject.ApiKey ignored -> Source.API_KEY;
        };
    }

    /** The roles in effect: bound ones, and those claimed ones that exist and that the issuer may grant. */
    public Set<String> roles() {
        return roles;
    }

    /** The groups that the token names. */
    public Set<String> groups() {
        return subject instanceof Subject.Token token ? Set.copyOf(token.groups()) : Set.of();
    }

    public Map<String, Object> claims() {
        return subject instanceof Subject.Token token ? token.claims() : Map.of();
    }

    /** Who acts for it by a token, the one that acts now first: for records, nothing is allowed by it. */
    public List<String> actors() {
        return subject instanceof Subject.Token token ? token.actors() : List.of();
    }

    public PermissionSet permissions() {
        return permissions;
    }

    /** When the credential runs out, where it does by itself. */
    public Optional<Instant> expiry() {
        return switch (subject) {
            case Subject.Token token -> Optional.of(token.expiry());
            case Subject.ApiKey key -> Optional.ofNullable(key.expiry());
            case Subject.Operator ignored -> Optional.empty();
            case Subject.Certificate ignored -> Optional.empty();
        };
    }

    /** The name in a client certificate that came beside the credential; it is recorded and adds no permission. */
    public Optional<String> certificate() {
        return Optional.ofNullable(certificate);
    }

    /** This principal, on a connection that also showed a client certificate. */
    public Principal beside(String certificateName) {
        return new Principal(policy, subject, roles, permissions, certificateName);
    }

    /** What was proven; another policy can work out its permissions from this anew. */
    public Subject subject() {
        return subject;
    }

    /** The permit that this principal was given for this very rule, or null. It holds for as long as the policy does, whose principal this is. */
    @Nullable
    Permit remembered(Rule rule) {
        RememberedPermits known = permits;
        return known == null ? null : known.find(rule);
    }

    Permit remember(Permit permit) {
        RememberedPermits known = permits;
        if (known == null) {
            known = new RememberedPermits();
            permits = known;
        }
        known.add(permit);
        return permit;
    }

    boolean isOf(Policy other) {
        return policy == other;
    }

    @Override
    public String toString() {
        return id;
    }
}
