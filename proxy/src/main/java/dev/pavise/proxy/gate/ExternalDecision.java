package dev.pavise.proxy.gate;

import dev.pavise.policy.Decision;
import dev.pavise.policy.Facts;
import dev.pavise.policy.Pending;
import java.util.concurrent.CompletionStage;

/**
 * A decision point outside of the gateway. Asked on an event loop, which it never blocks; what it must know of the request it reads before it
 * returns. Its stage always completes, within the time that its configuration gives it, and never exceptionally: no answer is a refusal.
 */
public interface ExternalDecision {
    CompletionStage<Decision> ask(Pending pending, Facts facts);
}
