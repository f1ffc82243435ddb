package dev.pavise.proxy.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What {@code auth} commands print, for people or for programs. Each method gives the command's exit code. */
final class AuthPrint {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean text;

    AuthPrint(PrintWriter out, PrintWriter err, boolean text) {
        this.out = out;
        this.err = err;
        this.text = text;
    }

    int refused(AuthAnswer answer) {
        if (!text) {
            out.println(answer.json());
        }
        err.println("pavise: " + answer.why());
        return answer.exitCode();
    }

    /** The key stands alone on standard output, so that a script can take it; what is to be said of it goes to standard error. */
    int newKey(JsonNode json) {
        if (!text) {
            return asIs(json);
        }
        out.println(string(json, "key"));
        err.println("key `" + string(json, "name") + "` (id " + string(json, "id") + ") is good until "
                + moment(json, "expires_at") + " and shown only now");
        if (json.path("permissions").isEmpty()) {
            err.println("it holds no permission of its own; give roles to `" + string(json, "principal") + "`");
        }
        return ExitCode.DONE;
    }

    int keys(JsonNode json) {
        return text ? print(keyTable(json.path("keys"))) : asIs(json);
    }

    int revoked(JsonNode json) {
        if (!text) {
            return asIs(json);
        }
        json.path("revoked")
                .forEach(key -> out.println("revoked `" + string(key, "name") + "` (id " + string(key, "id") + ")"));
        return ExitCode.DONE;
    }

    int roleChange(JsonNode json) {
        if (!text) {
            return asIs(json);
        }
        String roles = joined(json.path("roles"));
        out.println("roles given to `" + Printable.text(string(json, "principal")) + "` at run time: "
                + (roles.isEmpty() ? "none" : roles));
        return ExitCode.DONE;
    }

    int checked(JsonNode json) {
        boolean allowed = json.path("allowed").asBoolean(false);
        int code = allowed ? ExitCode.DONE : ExitCode.WANTING;
        if (!text) {
            asIs(json);
            return code;
        }
        String binding = json.path("source").path("binding").asString("");
        out.println((allowed ? "allowed: " : "not allowed: ")
                + Printable.text(string(json, "reason"))
                + (binding.isEmpty() ? "" : ", bound " + Printable.text(binding)));
        if (!string(json, "note").isEmpty()) {
            out.println("note: " + string(json, "note"));
        }
        return code;
    }

    int all(JsonNode json) {
        if (!text) {
            return asIs(json);
        }
        Columns roles = new Columns("ROLE", "PERMISSIONS");
        json.path("roles").forEach(role -> roles.row(string(role, "name"), joined(role.path("permissions"))));
        roles.print(out);
        out.println();
        Columns bindings = new Columns("WHO", "ROLE", "GIVEN", "REMARK");
        json.path("bindings")
                .forEach(binding -> bindings.row(
                        binding.has("group") ? "group " + string(binding, "group") : string(binding, "principal"),
                        string(binding, "role"),
                        (binding.path("configured").asBoolean(false) ? "in " : "") + string(binding, "origin"),
                        string(binding, "idle")));
        bindings.print(out);
        out.println();
        return print(keyTable(json.path("keys")));
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

    private int print(Columns table) {
        table.print(out);
        return ExitCode.DONE;
    }

    private int asIs(JsonNode json) {
        out.println(json);
        return ExitCode.DONE;
    }

    private static String joined(JsonNode texts) {
        List<String> all = new ArrayList<>();
        texts.forEach(each -> all.add(Printable.text(each.asString())));
        return String.join(",", all);
    }

    /** To the second, which is enough for people. */
    private static String moment(JsonNode json, String name) {
        String text = string(json, name);
        return text.replaceFirst("\\.[0-9]+Z$", "Z");
    }

    private static String string(JsonNode json, String name) {
        return json.path(name).asString("");
    }
}
