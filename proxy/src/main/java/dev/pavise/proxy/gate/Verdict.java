package dev.pavise.proxy.gate;

import dev.pavise.policy.Permit;
import dev.pavise.policy.limit.Admission;
import dev.pavise.proxy.http.Refusal;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the gate decided on one request. */
public sealed interface Verdict {
    /** Who asked, as far as it is known: a principal's id, or {@link Gate#ANONYMOUS}. */
    String actor();

    /**
     * To be forwarded.
     *
     * @param ofKey what is left of the rate of the caller's own API key, or null where it has none
     * @param ofPrincipal what is left of the principal's rate, or null where there is no such rate
     * @param ofRoute what is left of the route's rate, or null where there is none
     */
    record Forward(
            Permit permit,
            Route route,
            Snapshot snapshot,
            @Nullable Admission ofKey,
            @Nullable Admission ofPrincipal,
            @Nullable Admission ofRoute)
            implements Verdict {
        @Override
        public String actor() {
            return permit.principal().id();
        }
    }

    /**
     * To be answered by the gateway itself, for the holder of this permit.
     *
     * @param variable what stands in the path where the endpoint has a variable, or empty
     * @param snapshot what it was judged by
     */
    record Answer(Endpoint endpoint, String variable, Permit permit, Snapshot snapshot) implements Verdict {
        @Override
        public String actor() {
            return permit.principal().id();
        }
    }

    /** To be answered by the gateway itself, to anyone. */
    record AnswerAnyone(Endpoint endpoint) implements Verdict {
        @Override
        public String actor() {
            return Gate.ANONYMOUS;
        }
    }

    /**
     * Not told yet: something outside is being asked, off the event loop and for a bounded time.
     *
     * @param then the verdict, or another wait, once it is done; to be called on the event loop, once
     */
    record Wait(String actor, CompletionStage<?> until, Supplier<Verdict> then) implements Verdict {}

    /** A CORS preflight from a listed origin: answered here, never forwarded. */
    record Preflight(String origin) implements Verdict {
        @Override
        public String actor() {
            return Gate.ANONYMOUS;
        }
    }

    /**
     * Refused.
     *
     * @param reason the exact cause for the audit record; the caller learns only the refusal
     * @param rule the rule that decided, or null where none was reached
     * @param limit the rate that is used up, or null
     * @param retryAfterSeconds when to come back, or 0
     * @param detail more on the cause for the audit record alone, or empty
     * @param actors who acts for the actor by its token, for the audit record; empty where nobody else does
     */
    record Refuse(
            Refusal refusal,
            String actor,
            String reason,
            @Nullable String rule,
            @Nullable Admission limit,
            long retryAfterSeconds,
            String detail,
            List<String> actors)
            implements Verdict {
        /** Nobody acts for the actor, or it is not known. */
        public Refuse(
                Refusal refusal,
                String actor,
                String reason,
                @Nullable String rule,
                @Nullable Admission limit,
                long retryAfterSeconds,
                String detail) {
            this(refusal, actor, reason, rule, limit, retryAfterSeconds, detail, List.of());
        }

        Refuse by(List<String> acting) {
            return new Refuse(refusal, actor, reason, rule, limit, retryAfterSeconds, detail, acting);
        }
    }
}
