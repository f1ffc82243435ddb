package dev.pavise.proxy.opa;

import dev.pavise.policy.Decision;
import dev.pavise.policy.Deny;
import dev.pavise.policy.Facts;
import dev.pavise.policy.Pending;
import dev.pavise.proxy.gate.ExternalDecision;
import dev.pavise.proxy.metrics.ExternalMeters;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decision point of one route: an Open Policy Agent, or what answers as it does.
 *
 * <p>Guarantees that a request goes on only by its literal yes, to this very question, and not older than the configuration allows. It is asked
 * only for what this gateway's own policy allows, so it can take away and never give. It is believed: who can answer in its place decides for it,
 * which is why it is asked over TLS or on this host.
 */
final class DecisionPoint implements ExternalDecision {
    private static final Logger log = LoggerFactory.getLogger(DecisionPoint.class);

    private final Answers answers;
    private final ExternalMeters meters;
    private final LongSupplier nanoClock;

    DecisionPoint(Answers answers, ExternalMeters meters, LongSupplier nanoClock) {
        this.answers = answers;
        this.meters = meters;
        this.nanoClock = nanoClock;
    }

    @Override
    public CompletionStage<Decision> ask(Pending pending, Facts facts) {
        long began = nanoClock.getAsLong();
        try {
            return answers.to(InputDocument.of(pending, facts)).thenApply(given -> {
                meters.onTime(nanoClock.getAsLong() - began, given.remembered());
                return decide(pending, given);
            });
        } catch (RuntimeException bug) { // no question, no answer
            log.error(
                    "the question of rule `{}` could not be put", pending.rule().name(), bug);
            return CompletableFuture.completedFuture(unavailable(pending, "the question could not be put"));
        }
    }

    private Decision decide(Pending pending, Answers.Given given) {
        return switch (given.answer()) {
            case Answer.Allowed ignored -> {
                meters.onAllowed();
                yield pending.agreed();
            }
            case Answer.Denied(String reason) -> {
                meters.onDenied();
                String detail = given.remembered() ? reason + " (remembered)" : reason;
                yield pending.refused(Deny.Cause.EXTERNAL_DENIED, detail);
            }
            case Answer.None(String why) -> {
                log.warn(
                        "the decision point of rule `{}` gave no answer: {}",
                        pending.rule().name(),
                        why);
                yield unavailable(pending, why);
            }
        };
    }

    private Decision unavailable(Pending pending, String why) {
        meters.onUnavailable();
        return pending.refused(Deny.Cause.EXTERNAL_UNAVAILABLE, why);
    }
}
