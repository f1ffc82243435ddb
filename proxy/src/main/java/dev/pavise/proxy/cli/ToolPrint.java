package dev.pavise.proxy.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What {@code tool} commands print, for people or for programs. Each method gives the command's exit code. */
final class ToolPrint {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean text;

    ToolPrint(PrintWriter out, PrintWriter err, boolean text) {
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

    int registered(JsonNode json) {
        if (!text) {
            return asIs(json);
        }
        out.println("registered `" + string(json, "tool_id") + "` " + string(json, "version"));
        if (!json.path("content").asBoolean(false)) {
            err.println("its content is not there yet; send it by --content");
        }
        return ExitCode.DONE;
    }

    int list(JsonNode json) {
        if (!text) {
            return asIs(json);
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
        table.print(out);
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
        if (!text) {
            return asIs(json);
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
                string(each, "registered_at").replaceFirst("\\.[0-9]+Z$", "Z"),
                string(each, "registered_by"),
                string(each.path("manifest"), "sha256_hash")));
        table.print(out);
        if (!json.path("removed").isEmpty()) {
            List<String> removed = new ArrayList<>();
            json.path("removed").forEach(each -> removed.add(Printable.text(each.asString(""))));
            out.println("removed for good: " + String.join(",", removed));
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
        if (!text) {
            asIs(json);
            return code;
        }
        out.print(string(json, "stdout"));
        out.flush();
        err.print(string(json, "stderr"));
        err.flush();
        if (!success || json.path("truncated").asBoolean(false)) {
            err.println("pavise: " + ending(json));
        }
        return code;
    }

    private static String ending(JsonNode json) {
        List<String> violations = new ArrayList<>();
        json.path("violations").forEach(each -> violations.add(Printable.text(each.asString(""))));
        return "run " + Printable.text(string(json, "run_id")) + " ended with exit code "
                + json.path("exit_code").asLong(-1)
                + (violations.isEmpty() ? "" : ", against its limit of " + String.join(", ", violations))
                + (json.path("truncated").asBoolean(false) ? "; only a part of its output was kept" : "");
    }

    private int asIs(JsonNode json) {
        out.println(json);
        return ExitCode.DONE;
    }

    private static String string(JsonNode json, String name) {
        return json.path(name).asString("");
    }
}
