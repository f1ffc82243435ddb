package dev.pavise.k8s.journal;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.control.ActionTaken;
import dev.pavise.policy.json.StrictJson;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What former runs did to Deployments, as the audit log has it: what is answered does not forget because a process ended. An intent
 * without an outcome is told as {@code unknown}, which is all that is known of it.
 */
public final class History {
    private static final int NEWEST = AuditQuery.MAX_LIMIT;
    private static final int MOST_EACH = 100;

    private final Map<String, List<ActionTaken>> byDeployment;

    private History(Map<String, List<ActionTaken>> byDeployment) {
        this.byDeployment = byDeployment;
    }

    /** Where nothing was done. */
    public static History none() {
        return new History(Map.of());
    }

    /** Reads the newest acts. */
    public static History read(AuditStore store) throws IOException {
        List<AuditPage.Row> rows = store.query(AuditQuery.builder()
                        .action("k8s.*")
                        .order(AuditQuery.Order.NEWEST_FIRST)
                        .limit(NEWEST)
                        .tellOpen(false)
                        .build())
                .rows();
        Map<String, List<ActionTaken>> found = new HashMap<>();
        Set<String> ended = new HashSet<>();
        for (AuditPage.Row row : rows) {
            record(row).ifPresent(line -> {
                if (line.phase().equals("outcome")) {
                    ended.add(line.request());
                }
                boolean tells = line.phase().equals("outcome")
                        || (line.phase().equals("intent") && !ended.contains(line.request()));
                List<ActionTaken> of = found.computeIfAbsent(line.deployment(), each -> new ArrayList<>());
                if (tells && of.size() < MOST_EACH) {
                    of.add(line.action());
                }
            });
        }
        return new History(found);
    }

    /** Newest first. */
    public List<ActionTaken> of(Target deployment) {
        return List.copyOf(byDeployment.getOrDefault(deployment.toString(), List.of()));
    }

    private record Line(String phase, String request, String deployment, ActionTaken action) {}

    private static Optional<Line> record(AuditPage.Row row) {
        try {
            Map<String, Object> line = StrictJson.object(row.line());
            Map<?, ?> metadata = line.get("metadata") instanceof Map<?, ?> some ? some : Map.of();
            String resource = text(line, "resource");
            String deployment = text(metadata, "deployment");
            ActionTaken action = new ActionTaken(
                    text(line, "id"),
                    Instant.parse(text(line, "timestamp")),
                    text(line, "action"),
                    resource,
                    text(metadata, "reason"),
                    text(line, "actor"),
                    text(line, "outcome"),
                    text(metadata, "detail"));
            return Optional.of(new Line(
                    text(line, "phase"),
                    text(line, "request_id"),
                    deployment.isEmpty() ? resource : deployment,
                    action));
        } catch (StrictJson.Malformed | DateTimeException strange) {
            // The log is older than this program, or newer: what cannot be read is left out of an answer, not of the
            // log.
            return Optional.empty();
        }
    }

    private static String text(Map<?, ?> members, String name) {
        return members.get(name) instanceof String text ? text : "";
    }
}
