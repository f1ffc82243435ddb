package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The audit trail of a running gateway, oldest record first. */
record Trail(AuditStore audit) {
    private static final JsonMapper JSON = JsonMapper.shared();

    static Trail of(TestGateway gateway) {
        return new Trail(gateway.server().audit());
    }

    List<JsonNode> all() throws IOException {
        List<JsonNode> records = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            AuditPage page = audit.query(AuditQuery.builder()
                    .order(AuditQuery.Order.OLDEST_FIRST)
                    .limit(AuditQuery.MAX_LIMIT)
                    .cursor(cursor.orElse(null))
                    .build());
            page.rows().forEach(row -> records.add(JSON.readTree(row.line())));
            cursor = page.next();
        } while (cursor.isPresent());
        return records;
    }

    /** The records of one path. */
    List<JsonNode> of(String path) throws IOException {
        return all().stream()
                .filter(each -> each.path("resource").asString("").equals(path))
                .toList();
    }

    /** {@code phase outcome code-or-ended} of the records of one path, in their order. */
    List<String> story(String path) throws IOException {
        List<String> story = new ArrayList<>();
        for (JsonNode each : of(path)) {
            String detail = each.path("metadata").path("code").asString("")
                    + each.path("metadata").path("ended").asString("");
            story.add((text(each, "phase") + " " + text(each, "outcome") + " " + detail).strip());
        }
        return story;
    }

    /** Waits for a record of this path and returns it. */
    JsonNode await(String path, Predicate<JsonNode> wanted) throws Exception {
        List<JsonNode> found = new ArrayList<>();
        Eventually.holds("a record of " + path + " among " + story(path), () -> {
            of(path).stream().filter(wanted).findFirst().ifPresent(found::add);
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    /** Waits for the {@code end} record of this path. */
    JsonNode end(String path) throws Exception {
        return await(path, each -> text(each, "phase").equals("end"));
    }

    static String text(JsonNode record, String field) {
        return record.path(field).asString("");
    }

    static String metadata(JsonNode record, String field) {
        return record.path("metadata").path(field).asString("");
    }

    static long number(JsonNode record, String field) {
        return record.path("metadata").path(field).asLong();
    }
}
