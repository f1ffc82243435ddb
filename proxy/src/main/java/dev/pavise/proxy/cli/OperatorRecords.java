package dev.pavise.proxy.cli;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Stored;
import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.management.LocalAnswer;
import dev.pavise.proxy.server.ConfiguredWitness;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Records what the operator changes while no gateway runs: each record is stored before the next step, or the command ends. */
final class OperatorRecords implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final AuditStore store;

    private OperatorRecords(AuditStore store) {
        this.store = store;
    }

    static OperatorRecords open(AuditConfig config, InstantSource clock) {
        try {
            return new OperatorRecords(AuditStore.open(ConfiguredWitness.atHand(config, clock)));
        } catch (IOException failure) {
            throw CommandFailure.wanting(
                    "nothing was changed, as the audit log cannot be opened: " + failure.getMessage());
        }
    }

    /** Stores what is about to be done, and returns the id that leads from the answer to the records. */
    String intent(AuthRequest request) {
        String id = UUID.randomUUID().toString();
        append(of(Phase.INTENT, request, id), "nothing was changed, as the audit log takes no record: ");
        return id;
    }

    void outcome(AuthRequest request, String id, LocalAnswer done) {
        AuditRecord.Builder record = of(Phase.OUTCOME, request, id).outcome(outcome(done));
        LocalAnswer.Event event = done.event();
        if (event != null) {
            record.eventType(event.type());
            event.metadata().forEach(record::metadata);
        }
        Refusal refusal = done.refusal();
        record.metadata("code", refusal == null ? null : refusal.code().code());
        append(
                record,
                "the audit log takes no record any more, and what was done has no outcome there (request " + id
                        + "); look with pavise auth list: ");
    }

    private static AuditRecord.Builder of(Phase phase, AuthRequest request, String id) {
        String path = request.path();
        int query = path.indexOf('?');
        return AuditRecord.of(phase, "operator", action(request), query < 0 ? path : path.substring(0, query))
                .requestId(id)
                .metadata("via", "cli");
    }

    private static String action(AuthRequest request) {
        return switch (request.endpoint()) {
            case AUTH_KEYS -> "auth.create_key";
            case AUTH_KEY -> "auth.revoke_key";
            case AUTH_KEY_ROTATE -> "auth.rotate_key";
            case AUTH_BINDINGS, AUTH_BINDING ->
                request.method().equals("DELETE") ? "auth.unassign_role" : "auth.assign_role";
            default ->
                throw new IllegalArgumentException("`" + request.endpoint().path() + "` changes nothing");
        };
    }

    private static Outcome outcome(LocalAnswer done) {
        if (done.refusal() == null) {
            return Outcome.SUCCESS;
        }
        return done.status() < 500 ? Outcome.FAILURE : Outcome.ERROR;
    }

    private void append(AuditRecord.Builder record, String otherwise) {
        CompletableFuture<Optional<AuditUnavailable>> stored = new CompletableFuture<>();
        store.log().append(record.build(), new Waiting(stored));
        try {
            Optional<AuditUnavailable> why = stored.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (why.isPresent()) {
                throw CommandFailure.wanting(otherwise + why.get());
            }
        } catch (TimeoutException | ExecutionException late) {
            throw CommandFailure.wanting(otherwise + "no answer within " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw CommandFailure.wanting(otherwise + "interrupted");
        }
    }

    private record Waiting(CompletableFuture<Optional<AuditUnavailable>> stored) implements Stored {
        @Override
        public void stored(long seq) {
            stored.complete(Optional.empty());
        }

        @Override
        public void unavailable(AuditUnavailable why) {
            stored.complete(Optional.of(why));
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
