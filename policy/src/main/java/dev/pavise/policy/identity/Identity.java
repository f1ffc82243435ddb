package dev.pavise.policy.identity;

import dev.pavise.policy.Principal;
import java.util.concurrent.CompletionStage;

/** What became of a request's credentials. */
public sealed interface Identity {
    /** They were proven to be somebody's. */
    record Proven(Principal principal) implements Identity {}

    /**
     * None, or none that was proven: 401, with the same look whatever the reason.
     *
     * @param part which claim, parameter or part of a token is to blame, for the audit trail; empty where the reason says all
     */
    record Unproven(UnprovenReason reason, String part) implements Identity {}

    /**
     * It cannot be told before this is done: the token's issuer is being asked for its newest keys. To be identified anew then, which settles it
     * one way or the other.
     */
    record Unsettled(CompletionStage<?> until) implements Identity {}

    /** More than one credential in one request, and which is meant would be a guess: 400. */
    record Ambiguous(String reason) implements Identity {}

    /** Too many refused credentials from the address: 429, and this one was not looked at. */
    record Throttled(long retryAfterSeconds) implements Identity {}
}
