package dev.pavise.proxy.management;

import dev.pavise.policy.Binding;
import dev.pavise.policy.Subject;
import dev.pavise.proxy.access.Access;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Names of principals as people write them, read as bindings read them. */
final class PrincipalNames {
    private static final String OPERATOR = "operator";
    private static final String TOKEN = "jwt:";
    private static final String CERTIFICATE = "cert:";
    private static final String KEY = "key:";

    private final Access access;

    PrincipalNames(Access access) {
        this.access = access;
    }

    /** The prefixed id; a bare name means a token's subject where exactly one issuer is configured. */
    String prefixed(String name) {
        if (name.equals(OPERATOR)) {
            return name;
        }
        try {
            // The role plays no part in how the name is read.
            return Binding.ofPrincipal(name, Set.of("any"))
                    .prefixed(access.rulebook().issuers());
        } catch (IllegalArgumentException unfit) {
            throw new BadArgumentException("`principal` is not understood: " + unfit.getMessage());
        }
    }

    /** Who that is, as far as it can be told without seeing a credential; empty for a key that is not live. */
    Optional<Subject> subject(String id) {
        if (id.startsWith(KEY)) {
            return access.subject(id.substring(KEY.length())).map(Subject.class::cast);
        }
        if (id.startsWith(CERTIFICATE)) {
            return Optional.of(new Subject.Certificate(id.substring(CERTIFICATE.length())));
        }
        if (id.startsWith(TOKEN)) {
            String[] parts = id.split(":", 3);
            return Optional.of(
                    new Subject.Token(parts[1], parts[2], List.of(), List.of(), List.of(), Map.of(), Instant.MAX));
        }
        return Optional.of(new Subject.Operator());
    }

    /** Whether tokens may claim more than is known here. */
    static boolean mayClaim(String id) {
        return id.startsWith(TOKEN);
    }
}
