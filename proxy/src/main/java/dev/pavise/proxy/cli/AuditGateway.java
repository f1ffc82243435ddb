package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.Histogram;
import dev.pavise.proxy.client.Reply;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The management API of a running gateway: what the caller's credential may see. The lines are handed on byte for byte. */
record AuditGateway(ServerOptions.Reached gateway) implements AuditDoor {
    private static final String PATH = "/v1/audit/query";

    /** Lines can be long, and an answer is bounded. */
    private static final int MOST = 250;

    @Override
    public Page page(AuditQuery query) {
        return page(ask(query.members()));
    }

    private byte[] ask(Map<String, Object> members) {
        byte[] body = JsonMapper.shared().writeValueAsBytes(members);
        return switch (gateway.client().send("POST", PATH, body)) {
            case Reply.Unreached(String message) -> throw CommandFailure.wanting(message);
            case Reply.Broken(String message) -> throw CommandFailure.wanting(message);
            case Reply.Answered(int status, byte[] answer) when status == 200 -> answer;
            case Reply.Answered(int status, byte[] answer) -> throw refused(status, answer);
        };
    }

    @Override
    public long count(AuditQuery query) {
        return figures(query, "count", true).path("count").asLong(0);
    }

    @Override
    public Histogram histogram(AuditQuery query, Duration bucket) {
        JsonNode told = figures(query, "histogram", bucket.toSeconds() + "s");
        List<Histogram.Bar> bars = new ArrayList<>();
        for (JsonNode each : told.path("histogram")) {
            Map<String, Long> counts = new HashMap<>();
            each.path("counts")
                    .properties()
                    .forEach(kind -> counts.put(kind.getKey(), kind.getValue().asLong(0)));
            try {
                Instant start = Instant.parse(each.path("time").asString(""));
                bars.add(new Histogram.Bar(start, each.path("count").asLong(0), counts));
            } catch (DateTimeException other) {
                throw unfit(200);
            }
        }
        return new Histogram(bucket, told.path("count").asLong(0), bars);
    }

    private JsonNode figures(AuditQuery query, String name, Object value) {
        Map<String, Object> members = new LinkedHashMap<>(query.members());
        members.keySet().removeAll(Set.of("order", "cursor", "limit"));
        members.put(name, value);
        try {
            return JsonMapper.shared().readTree(ask(members));
        } catch (JacksonException other) {
            throw unfit(200);
        }
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(2);
    }

    @Override
    public int most() {
        return MOST;
    }

    private static Page page(byte[] answer) {
        try {
            JsonNode json = JsonMapper.shared().readTree(answer);
            JsonNode next = json.path("next");
            List<byte[]> lines = EventsInAnswer.of(answer);
            if (lines.size() != json.path("events").size()) {
                throw unfit(200);
            }
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                long seq = json.path("events").path(i).path("seq").asLong(0);
                rows.add(new Row(seq, lines.get(i), false));
            }
            return new Page(rows, next.isString() ? Optional.of(next.stringValue()) : Optional.empty());
        } catch (JacksonException | IllegalArgumentException other) {
            throw unfit(200);
        }
    }

    private CommandFailure refused(int status, byte[] answer) {
        AuthAnswer told;
        try {
            told = new AuthAnswer(status, JsonMapper.shared().readTree(new String(answer, StandardCharsets.UTF_8)));
        } catch (JacksonException other) {
            return unfit(status);
        }
        return CommandFailure.wanting(
                status == 401 ? told.why() + "; refused was " + gateway.credential() : told.why());
    }

    private static CommandFailure unfit(int status) {
        return CommandFailure.wanting("the server answers with status " + status + " and not as a gateway does");
    }
}
