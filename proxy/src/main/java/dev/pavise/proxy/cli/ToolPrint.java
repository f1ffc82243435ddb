package dev.pavise.proxy.cli;

import static dev.pavise.proxy.cli.Printout.moment;
import static dev.pavise.proxy.cli.Printout.string;
import static dev.pavise.proxy.cli.Printout.strings;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What {@code tool} commands print, for people or for programs. Each method gives the command's exit code. */
final class ToolPrint {
    private final Printout to;

    ToolPrint(Printout to) {
        this.to = to;
    }

    int refused(AuthAnswer answer) {
        return to.refused(answer);
    }

    int registered(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        to.out().println("registered `" + string(json, "tool_id") + "` " + string(json, "version"));
        if (!json.path("content").asBoolean(false)) {
            to.err().println("its content is not there yet; send it by --content");
        }
        return ExitCode.DONE;
    }

    int list(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        Columns table = new Columns("TOOL", "VERSION", "POLICY", "CONTENT", "REGISTERED BY", "OTHERS");
        json.path("tools").forEach(tool -> {
            JsonNode highest = tool.path("versions").path(0);
            table.row(
                    string(tool, "tool_id"),
                    string(tool, "version"),
                    policy(highest),
                    content(highest),
                    string(highest, "registered_by"),
                    others(tool));
        });
        to.table(table);
        return ExitCode.DONE;
    }

    private static String others(JsonNode tool) {
        List<String> versions = new ArrayList<>();
        for (int at = 1; at < tool.path("versions").size(); at++) {
            versions.add(string(tool.path("versions").path(at), "version"));
        }
        return String.join(",", versions);
    }

    /** All of a tool, or one version of it. */
    int tool(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        List<JsonNode> versions = new ArrayList<>();
        if (json.has("versions")) {
            json.path("versions").forEach(versions::add);
        } else {
            versions.add(json);
        }
        Columns table = new Columns("TOOL", "VERSION", "POLICY", "CONTENT", "REGISTERED", "BY", "SHA-256");
        versions.forEach(each -> table.row(
                string(json, "tool_id"),
                string(each, "version"),
                policy(each),
                content(each),
                moment(each, "registered_at"),
                string(each, "registered_by"),
                string(each.path("manifest"), "sha256_hash")));
        to.table(table);
        if (!json.path("removed").isEmpty()) {
            to.out().println("removed for good: " + String.join(",", strings(json.path("removed"))));
        }
        return ExitCode.DONE;
    }

    private static String policy(JsonNode version) {
        return version.path("manifest").path("policy").asString(version.has("manifest") ? "default" : "");
    }

    private static String content(JsonNode version) {
        return version.has("content") ? version.path("content").asBoolean(false) ? "here" : "missing" : "";
    }

    /** What the tool wrote goes where it meant it to; what is to be said of the run goes behind it on standard error. */
    int run(JsonNode json) {
        boolean success = json.path("success").asBoolean(false);
        int code = success ? ExitCode.DONE : ExitCode.WANTING;
        if (!to.text()) {
            to.asIs(json);
            return code;
        }
        to.out().print(json.path("stdout").asString(""));
        to.out().flush();
        to.err().print(json.path("stderr").asString(""));
        to.err().flush();
        if (!success || json.path("truncated").asBoolean(false)) {
            to.err().println("pavise: " + ending(json));
        }
        return code;
    }

    private static String ending(JsonNode json) {
        List<String> violations = strings(json.path("violations"));
        return "run " + string(json, "run_id") + " ended with exit code "
                + json.path("exit_code").asLong(-1)
                + (violations.isEmpty() ? "" : ", against its limit of " + String.join(", ", violations))
                + (json.path("truncated").asBoolean(false) ? "; only a part of its output was kept" : "");
    }
}
