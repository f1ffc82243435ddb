package dev.pavise.proxy.gate;

import dev.pavise.policy.Decision;
import dev.pavise.policy.Principal;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a request has waited for before it is judged again. It is judged whole each time: who was let in before the wait may be revoked after it.
 *
 * @param forKeys whether its issuer was asked for new keys, which happens once
 * @param asked the question to a decision point outside, or null before there was one
 */
record Waited(boolean forKeys, @Nullable Asked asked) {
    static final Waited FOR_NOTHING = new Waited(false, null);

    /** A question and what came of it: good for the same caller on the same route of the same configuration alone. */
    record Asked(Route route, String principal, CompletableFuture<Decision> answer) {
        @SuppressWarnings("ReferenceEquality") // is it this configuration's route, not one like it
        boolean isFor(Route other, Principal who) {
            return route == other && principal.equals(who.id());
        }
    }

    Waited andForKeys() {
        return new Waited(true, asked);
    }

    Waited andForAnswer(Asked question) {
        return new Waited(forKeys, question);
    }
}
