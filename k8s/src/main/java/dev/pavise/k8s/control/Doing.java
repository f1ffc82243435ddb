package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Journal;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.cluster.ClusterFault;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something on the record: its intent is stored before, and what came of it after. Where no answer came it looks again; where that does not tell either,
 * nothing is stored after the intent, which is read as {@code unknown}. What cannot be recorded is not done, nor what a manager wants that does not lead any more.
 */
final class Doing {
    private static final Logger log = LoggerFactory.getLogger(Doing.class);

    private final Journal journal;
    private final BooleanSupplier leads;
    private final InstantSource clock;

    Doing(Journal journal, BooleanSupplier leads, InstantSource clock) {
        this.journal = journal;
        this.leads = leads;
        this.clock = clock;
    }

    /** Something to do. */
    interface Deed {
        /** Does it; what it returns goes into the record. */
        Map<String, String> run();

        /** Whether it is seen to have been done, when no answer told. */
        boolean seen();
    }

    /** What came of it. */
    sealed interface Outcome {
        /** It was done. */
        record Done(ActionTaken action) implements Outcome {}

        /** It was not done, or nobody knows. */
        record Failed(ActionTaken action, ClusterFault fault) implements Outcome {}

        /** It was not tried: nothing can be recorded. */
        record Unrecorded() implements Outcome {}

        /** It was not tried: another leads. */
        record NotLeading() implements Outcome {}
    }

    /** @param verb what is asked of the API server, such as {@code patch deployments in agents} */
    Outcome act(Act act, String verb, Deed deed) {
        if (!leads.getAsBoolean()) {
            return new Outcome.NotLeading();
        }
        Journal.Begun begun;
        try {
            begun = journal.begin(act);
        } catch (IOException e) {
            log.error(
                    "{} of {} is not done, since it cannot be recorded: {}", act.action(), act.target(), e.toString());
            return new Outcome.Unrecorded();
        }
        // Storing the intent may have taken long.
        if (!leads.getAsBoolean()) {
            store(act, () -> begun.failed("this manager does not lead any more"));
            return new Outcome.NotLeading();
        }
        try {
            return done(act, begun, deed.run());
        } catch (RuntimeException e) {
            return failed(act, begun, ClusterFault.of(verb, e), deed);
        }
    }

    private Outcome done(Act act, Journal.Begun begun, Map<String, String> metadata) {
        boolean stored = store(act, () -> begun.done(metadata));
        String detail = stored ? "" : "done, and the record of the outcome could not be stored";
        return new Outcome.Done(taken(act, ActionTaken.SUCCESS, detail));
    }

    private Outcome failed(Act act, Journal.Begun begun, ClusterFault fault, Deed deed) {
        if (fault.kind() != ClusterFault.Kind.NO_ANSWER) {
            store(act, () -> begun.failed(fault.why()));
            return new Outcome.Failed(taken(act, ActionTaken.FAILURE, fault.why()), fault);
        }
        if (seen(deed)) {
            return done(act, begun, Map.of("seen", "no answer came, and it is seen to be done"));
        }
        String why = fault.why() + "; whether it was done is not known";
        return new Outcome.Failed(
                taken(act, ActionTaken.UNKNOWN, why), new ClusterFault(ClusterFault.Kind.NO_ANSWER, why));
    }

    private static boolean seen(Deed deed) {
        try {
            return deed.seen();
        } catch (RuntimeException e) {
            return false;
        }
    }

    private interface Storing {
        void store() throws IOException;
    }

    private static boolean store(Act act, Storing storing) {
        try {
            storing.store();
            return true;
        } catch (IOException e) {
            log.error("the outcome of {} of {} cannot be recorded: {}", act.action(), act.target(), e.toString());
            return false;
        }
    }

    private ActionTaken taken(Act act, String outcome, String detail) {
        Target target = act.target();
        return new ActionTaken(
                UUID.randomUUID().toString(),
                clock.instant(),
                act.action(),
                target.toString(),
                act.reason(),
                act.asked(),
                outcome,
                detail);
    }
}
