package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Stored;
import dev.pavise.policy.Role;
import dev.pavise.policy.grant.Rulebook;
import dev.pavise.proxy.access.Access;
import dev.pavise.proxy.access.AccessOpenException;
import dev.pavise.proxy.access.AccessRecovery;
import dev.pavise.proxy.access.AccessState;
import dev.pavise.proxy.access.ConfiguredAccess;
import dev.pavise.proxy.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys and bindings of a running gateway: opened before the first configuration is put together, closed when the last request is done. */
final class GivenAccess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GivenAccess.class);

    /** How often the last use of keys is written down at most. */
    private static final int TICKS_APART = 60;

    private final Path dataDir;
    private final Access access;
    private int ticks;

    private GivenAccess(Path dataDir, Access access) {
        this.dataDir = dataDir;
        this.access = access;
    }

    static GivenAccess open(GatewayConfig config, InstantSource clock) throws AccessOpenException {
        // Whether the configuration's own roles and bindings hold is found out later, with their places.
        Rulebook none = new Rulebook(Map.of(Role.ADMIN.name(), Role.ADMIN), Set.of(), List.of());
        return new GivenAccess(
                config.dataDir(), Access.open(config.dataDir(), ConfiguredAccess.settings(config), none, clock));
    }

    Access access() {
        return access;
    }

    AccessState state() {
        return access.state();
    }

    /** A configuration is in force: what may be given is judged by it. */
    void configure(GatewayConfig config) {
        access.configure(ConfiguredAccess.settings(config), ConfiguredAccess.rulebook(config));
    }

    /** Once a second. */
    void tick(Executor blocking) {
        ticks++;
        if (ticks % TICKS_APART == 0) {
            blocking.execute(access::writeUses);
        }
    }

    /** Puts in the audit log that the store was recovered, and then forgets it. */
    void recordRecovery(AuditLog audit) throws IOException {
        Optional<String> note = AccessRecovery.unrecorded(dataDir);
        if (note.isPresent()) {
            log.warn("the access store was recovered: {}", note.get());
            AuditRecord record = AuditRecord.ownEvent(EventType.ACCESS_RECOVERED, "auth.recover", "access")
                    .metadata("detail", note.get())
                    .build();
            audit.append(record, new Forget(dataDir));
        }
    }

    /** Forgets the note of a recovery once it is recorded; else the next start tells of it again. */
    private record Forget(Path dataDir) implements Stored {
        @Override
        public void stored(long seq) {
            try {
                AccessRecovery.recorded(dataDir);
            } catch (IOException failure) {
                log.warn("the note of a recovery cannot be removed: {}", failure.getMessage());
            }
        }

        @Override
        public void unavailable(AuditUnavailable why) {}
    }

    @Override
    public void close() {
        access.close();
    }
}
