package dev.pavise.policy.identity;

import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A token that was verified: whose it is, and by which keys. It holds while its issuer still has those. */
final class ProvenToken {
    private final Subject.Token subject;
    private final Supplier<LoadedIssuer.Keys> now;
    private final KeySet keys;
    private volatile @Nullable WorkedOut workedOut;

    private record WorkedOut(Policy policy, Principal principal) {}

    ProvenToken(Subject.Token subject, Supplier<LoadedIssuer.Keys> now, KeySet keys) {
        this.subject = subject;
        this.now = now;
        this.keys = keys;
    }

    Subject.Token subject() {
        return subject;
    }

    /** Whether the issuer's keys are the very ones that the token was verified by: after any change it is to be verified anew. */
    @SuppressWarnings("ReferenceEquality") // is it this set, not one like it
    boolean holds() {
        return now.get() instanceof LoadedIssuer.Keys.Held(KeySet held) && held == keys;
    }

    /** Who it is under this policy, worked out once for each. */
    @SuppressWarnings("ReferenceEquality") // is it this policy, not one like it
    Principal under(Policy policy) {
        WorkedOut last = workedOut;
        if (last == null || last.policy() != policy) {
            last = new WorkedOut(policy, policy.principal(subject));
            workedOut = last;
        }
        return last.principal();
    }
}
