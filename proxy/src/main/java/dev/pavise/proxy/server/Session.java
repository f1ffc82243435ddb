package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Stored;
import dev.pavise.proxy.gate.Caller;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client connection from the first identity that is proven on it to its end, as the audit trail tells of it: a {@code session_start}, a
 * {@code login_success} for each principal, a {@code session_end}. Used on the connection's event loop only.
 *
 * <p>Guarantees that these stand in the log before the first record of what the principal asks for, so that what survives of a request has its
 * login before it; a log that takes no record gets them with the next request.
 */
final class Session {
    static final String LOGIN = "auth.login";
    private static final String START = "session.start";
    private static final String END = "session.end";

    /** A connection that carries more principals than this tells of one again when it comes back. */
    private static final int TOLD_APART = 16;

    /** Who was proven, and how. */
    record Proof(
            String principal,
            String ip,
            String requestId,
            @Nullable String keyId,
            List<String> actors) {}

    private final Loop loop;
    private final Caller caller;
    private final List<String> known = new ArrayList<>(1);
    private String last = "";
    private @Nullable String owner;
    private boolean told;
    private long startNanos;
    private long logins;
    private long requests;

    Session(Loop loop, Caller caller) {
        this.loop = loop;
        this.caller = caller;
    }

    Caller caller() {
        return caller;
    }

    /** A request has come. */
    void asked() {
        requests++;
    }

    /** Whether this principal is another than that of the request before; the way of nearly every request ends here. */
    boolean isNew(String principal) {
        return !principal.equals(last);
    }

    /** Somebody's identity was proven by a request, of which nothing is recorded yet. */
    void proved(Proof proof) {
        last = proof.principal();
        if (known.contains(last)) {
            return;
        }
        if (known.size() == TOLD_APART) {
            known.removeFirst();
        }
        known.add(last);
        logins++;
        boolean first = owner == null;
        boolean recorded = loop.sessions().tellsOf(last);
        if (first) {
            owner = last;
            startNanos = loop.deadlines().now();
            told = recorded;
        }
        if (recorded) {
            Again again = new Again();
            if (first) {
                loop.audit().append(start(last), again);
            }
            loop.audit().append(login(proof), again);
        }
    }

    private AuditRecord start(String principal) {
        return event(EventType.SESSION_START, START, principal)
                .ip(caller.addressText())
                .metadata("protocol", caller.peer().protocol())
                .metadata("alpn", caller.peer().applicationProtocol())
                .metadata("certificate", caller.certificateName())
                .build();
    }

    private AuditRecord login(Proof proof) {
        AuditRecord.Builder record = event(EventType.LOGIN_SUCCESS, LOGIN, proof.principal())
                .ip(proof.ip())
                .requestId(proof.requestId())
                .metadata("credential", credential(proof.principal()))
                .metadata("key_id", proof.keyId());
        return (proof.actors().isEmpty() ? record : record.metadata("act", proof.actors())).build();
    }

    /** The prefix of a principal tells what proved it. */
    private static String credential(String principal) {
        int colon = principal.indexOf(':');
        return switch (colon < 0 ? principal : principal.substring(0, colon)) {
            case "jwt" -> "token";
            case "key" -> "api_key";
            case "cert" -> "certificate";
            default -> "operator_token";
        };
    }

    /** The connection is closed. */
    void end() {
        String who = owner;
        if (who != null && told) {
            told = false;
            AuditRecord end = event(EventType.SESSION_END, END, who)
                    .ip(caller.addressText())
                    .metadata("requests", requests)
                    .metadata("logins", logins)
                    .metadata("duration_us", (loop.deadlines().now() - startNanos) / 1000)
                    .build();
            loop.audit().append(end, loop.unheard());
        }
    }

    private AuditRecord.Builder event(EventType type, String action, String principal) {
        return AuditRecord.of(Phase.EVENT, principal, action, caller.peer().door())
                .eventType(type)
                .outcome(Outcome.SUCCESS)
                .sessionId(caller.sessionId());
    }

    /** Forgets who was told of, if that was not stored: the next request tells of them again. */
    private final class Again implements Stored {
        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {
            loop.metrics().onAuditUnavailable(why);
            if (loop.eventLoop().inEventLoop()) {
                forget();
            } else {
                loop.eventLoop().execute(Session.this::forget);
            }
        }
    }

    private void forget() {
        known.clear();
        last = "";
        owner = null;
    }
}
