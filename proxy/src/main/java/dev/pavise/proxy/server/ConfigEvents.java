package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.proxy.config.ConfigDifference;
import dev.pavise.proxy.config.ConfigWatch;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.gate.Snapshot;
import java.util.ArrayList;
import java.util.List;

/** What the trail tells of configurations: which keys and files changed, and why it was looked; never a value, as that can be a secret. */
final class ConfigEvents {
    private static final String ACTION = "config.reload";

    /** Of very many keys the first are enough; the number of all stands beside them. */
    private static final int MOST = 50;

    /** Who may do what. */
    private static final List<String> POLICY = List.of("roles", "roles_file", "bindings", "routes");

    private ConfigEvents() {}

    /** A configuration is in force in place of another. */
    static List<AuditRecord> taken(
            GatewayConfig before, GatewayConfig after, Snapshot old, Snapshot fresh, ConfigWatch.Cause cause) {
        List<AuditRecord> events = new ArrayList<>();
        ConfigDifference difference = ConfigDifference.between(before, after);
        AuditRecord.Builder config = event(EventType.CONFIG_CHANGE, ACTION, cause);
        events.add(with(config, difference).build());
        ConfigDifference policy = difference.under(POLICY);
        if (!policy.isEmpty()) {
            events.add(with(event(EventType.POLICY_CHANGE, "policy.change", cause), policy)
                    .build());
        }
        CertificateRotation.between(old, fresh).ifPresent(events::add);
        return events;
    }

    /** A configuration cannot be used. The messages stay out of it, which show what stood there. */
    static AuditRecord refused(List<ConfigError> errors, ConfigWatch.Cause cause) {
        List<String> places = errors.stream()
                .map(error -> error.place().toString())
                .distinct()
                .toList();
        return event(EventType.CONFIG_CHANGE, ACTION, cause)
                .outcome(Outcome.FAILURE)
                .metadata("errors", errors.size())
                .metadata("places", first(places))
                .build();
    }

    private static AuditRecord.Builder event(EventType type, String action, ConfigWatch.Cause cause) {
        AuditRecord.Builder event =
                AuditRecord.ownEvent(type, action, "gateway").metadata("cause", cause.word());
        List<String> files = cause.files().stream()
                .map(file -> file.getFileName() + "")
                .sorted()
                .toList();
        return files.isEmpty() ? event : event.metadata("files", first(files));
    }

    private static AuditRecord.Builder with(AuditRecord.Builder event, ConfigDifference keys) {
        event.metadata("keys", keys.size());
        put(event, "added", keys.added());
        put(event, "removed", keys.removed());
        put(event, "changed", keys.changed());
        return event;
    }

    private static void put(AuditRecord.Builder event, String name, List<String> keys) {
        if (!keys.isEmpty()) {
            event.metadata(name, first(keys));
        }
    }

    private static List<String> first(List<String> all) {
        return all.subList(0, Math.min(all.size(), MOST));
    }
}
