package dev.pavise.proxy.cli;

import static dev.pavise.proxy.cli.Printout.moment;
import static dev.pavise.proxy.cli.Printout.string;
import static dev.pavise.proxy.cli.Printout.strings;

import tools.jackson.databind.JsonNode;

/** What {@code auth} commands print, for people or for programs. Each method gives the command's exit code. */
final class AuthPrint {
    private final Printout to;

    AuthPrint(Printout to) {
        this.to = to;
    }

    int refused(AuthAnswer answer) {
        return to.refused(answer);
    }

    /** The key stands alone on standard output, so that a script can take it; what is to be said of it goes to standard error. */
    int newKey(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        to.out().println(string(json, "key"));
        to.err()
                .println("key `" + string(json, "name") + "` (id " + string(json, "id") + ") is good until "
                        + moment(json, "expires_at") + " and shown only now");
        if (json.path("permissions").isEmpty()) {
            to.err().println("it holds no permission of its own; give roles to `" + string(json, "principal") + "`");
        }
        return ExitCode.DONE;
    }

    int keys(JsonNode json) {
        return to.text() ? to.table(keyTable(json.path("keys"))) : to.asIs(json);
    }

    int revoked(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        json.path("revoked")
                .forEach(key ->
                        to.out().println("revoked `" + string(key, "name") + "` (id " + string(key, "id") + ")"));
        return ExitCode.DONE;
    }

    int roleChange(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        String roles = joined(json.path("roles"));
        to.out()
                .println("roles given to `" + string(json, "principal") + "` at run time: "
                        + (roles.isEmpty() ? "none" : roles));
        return ExitCode.DONE;
    }

    int checked(JsonNode json) {
        boolean allowed = json.path("allowed").asBoolean(false);
        int code = allowed ? ExitCode.DONE : ExitCode.WANTING;
        if (!to.text()) {
            to.asIs(json);
            return code;
        }
        String binding = json.path("source").path("binding").asString("");
        to.out()
                .println((allowed ? "allowed: " : "not allowed: ")
                        + string(json, "reason")
                        + (binding.isEmpty() ? "" : ", bound " + Printable.text(binding)));
        if (!string(json, "note").isEmpty()) {
            to.out().println("note: " + string(json, "note"));
        }
        return code;
    }

    int all(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        Columns roles = new Columns("ROLE", "PERMISSIONS");
        json.path("roles").forEach(role -> roles.row(string(role, "name"), joined(role.path("permissions"))));
        to.table(roles);
        to.out().println();
        Columns bindings = new Columns("WHO", "ROLE", "GIVEN", "REMARK");
        json.path("bindings")
                .forEach(binding -> bindings.row(
                        binding.has("group") ? "group " + string(binding, "group") : string(binding, "principal"),
                        string(binding, "role"),
                        (binding.path("configured").asBoolean(false) ? "in " : "") + string(binding, "origin"),
                        string(binding, "idle")));
        to.table(bindings);
        to.out().println();
        return to.table(keyTable(json.path("keys")));
    }

    private static Columns keyTable(JsonNode keys) {
        Columns table = new Columns("KEY", "ID", "STATE", "EXPIRES", "LAST USED", "LIMIT", "PERMISSIONS");
        keys.forEach(key -> table.row(
                string(key, "name"),
                string(key, "id"),
                string(key, "state"),
                moment(key, "expires_at"),
                moment(key, "last_used"),
                string(key, "limit"),
                joined(key.path("permissions"))));
        return table;
    }

    private static String joined(JsonNode texts) {
        return String.join(",", strings(texts));
    }
}
