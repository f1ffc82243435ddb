package dev.pavise.k8s.journal;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Journal;
import java.io.IOException;
import java.util.Map;

/**
 * The record of the manager's acts in its audit log.
 *
 * <p>Guarantees that an act whose {@link #begin} returned has its intent in the log, as durably as the log is set to: whatever
 * happens to the process afterwards, reading shows the act, and shows it as {@code unknown} until its outcome is stored too.
 */
public final class AuditJournal implements Journal {
    private final AuditStore store;

    public AuditJournal(AuditStore store) {
        this.store = store;
    }

    @Override
    public Begun begin(Act act) throws IOException {
        String request = Records.newRequest(act);
        Appends.store(store.log(), Records.intent(act, request));
        return new Kept(act, request);
    }

    @Override
    public void found(Act act) throws IOException {
        Appends.store(store.log(), Records.found(act));
    }

    /** An act whose intent is in the log. */
    private final class Kept implements Begun {
        private final Act act;
        private final String request;

        Kept(Act act, String request) {
            this.act = act;
            this.request = request;
        }

        @Override
        public void done(Map<String, String> metadata) throws IOException {
            Appends.store(store.log(), Records.done(act, request, metadata));
        }

        @Override
        public void failed(String why) throws IOException {
            Appends.store(store.log(), Records.failed(act, request, why));
        }

        @Override
        public String toString() {
            return act.action() + " on " + act.target();
        }
    }
}
