package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.proxy.client.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        byte[] body = JsonMapper.shared().writeValueAsBytes(query.members());
        return switch (gateway.client().send("POST", PATH, body)) {
            case Reply.Unreached(String message) -> throw CommandFailure.wanting(message);
            case Reply.Broken(String message) -> throw CommandFailure.wanting(message);
            case Reply.Answered(int status, byte[] answer) when status == 200 -> page(answer);
            case Reply.Answered(int status, byte[] answer) -> throw refused(status, answer);
        };
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
