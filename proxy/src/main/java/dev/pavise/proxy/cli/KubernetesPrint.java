package dev.pavise.proxy.cli;

import static dev.pavise.proxy.cli.Printout.moment;
import static dev.pavise.proxy.cli.Printout.string;

import tools.jackson.databind.JsonNode;

/** What {@code k8s} commands print, for people or for programs. Each method gives the command's exit code. */
final class KubernetesPrint {
    private final Printout to;

    KubernetesPrint(Printout to) {
        this.to = to;
    }

    int refused(AuthAnswer answer) {
        return to.refused(answer);
    }

    int status(JsonNode json) {
        boolean outside = !json.path("in_cluster").asBoolean(false);
        int code = outside ? ExitCode.DONE : healthy(json);
        if (!to.text()) {
            to.out().println(json);
        } else if (outside) {
            to.out().println("the gateway does not run in a Kubernetes cluster");
        } else if (!json.has("healthy")) {
            to.out()
                    .println(
                            "the gateway runs in a Kubernetes cluster and has no manager to ask; set kubernetes.manager");
            around(json);
        } else {
            to.out()
                    .println("Deployment " + string(json, "namespace") + "/" + string(json, "deployment") + " is "
                            + (code == ExitCode.DONE ? "healthy" : "not healthy") + ", rollout "
                            + string(json, "rollout"));
            JsonNode replicas = json.path("replicas");
            to.out()
                    .println("replicas: " + string(replicas, "wanted") + " wanted, " + string(replicas, "ready")
                            + " ready, " + string(replicas, "available") + " available, " + string(replicas, "updated")
                            + " updated");
            around(json);
            findings(json.path("findings"));
            table(json.path("last_actions"));
        }
        return code;
    }

    private static int healthy(JsonNode json) {
        return json.path("healthy").asBoolean(false) ? ExitCode.DONE : ExitCode.WANTING;
    }

    private void around(JsonNode json) {
        if (!string(json, "leader").isEmpty()) {
            to.out().println("the manager that leads: " + string(json, "leader"));
        }
        if (json.path("gateway").path("audit_ephemeral").asBoolean(false)) {
            to.out().println("the gateway's audit trail is ephemeral: it may end with its container");
        }
    }

    int pods(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        Columns table = new Columns("POD", "PHASE", "READY", "RESTARTS", "GATEWAY", "NODE", "STARTED", "REASON");
        json.path("pods")
                .forEach(pod -> table.row(
                        string(pod, "name"),
                        string(pod, "phase"),
                        pod.path("ready").asBoolean(false) ? "yes" : "no",
                        string(pod, "restarts"),
                        pod.path("injected").asBoolean(false) ? "yes" : "no",
                        string(pod, "node"),
                        moment(pod, "started_at"),
                        string(pod, "reason")));
        to.table(table);
        return ExitCode.DONE;
    }

    int actions(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        table(json.path("actions"));
        return ExitCode.DONE;
    }

    int scaled(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        to.out()
                .println(
                        json.path("changed").asBoolean(false)
                                ? "scaled `" + string(json, "deployment") + "` from " + string(json, "from") + " to "
                                        + string(json, "to")
                                : "`" + string(json, "deployment") + "` was at " + string(json, "to") + " already");
        return ExitCode.DONE;
    }

    /** Of {@code health}, which says whether it is well, and of {@code reconcile}, which does not. */
    int healed(JsonNode json) {
        int code = json.has("healthy") ? healthy(json) : ExitCode.DONE;
        if (!to.text()) {
            to.out().println(json);
            return code;
        }
        if (json.has("healthy")) {
            to.out().println(code == ExitCode.DONE ? "healthy" : "not healthy");
        }
        findings(json.path("findings"));
        table(json.path("actions"));
        return code;
    }

    int restarted(JsonNode json) {
        if (!to.text()) {
            return to.asIs(json);
        }
        to.out().println("`" + string(json, "deployment") + "` is restarting, one pod after the other");
        return ExitCode.DONE;
    }

    private void findings(JsonNode findings) {
        if (findings.isEmpty()) {
            return;
        }
        Columns table = new Columns("FOUND", "OBJECT", "SINCE", "MESSAGE");
        findings.forEach(each -> table.row(
                string(each, "code"), string(each, "object"), moment(each, "since"), string(each, "message")));
        to.out().println();
        to.table(table);
    }

    private void table(JsonNode actions) {
        if (actions.isEmpty()) {
            return;
        }
        Columns table = new Columns("WHEN", "ACTION", "OBJECT", "OUTCOME", "ASKED BY", "REASON", "DETAIL");
        actions.forEach(each -> table.row(
                moment(each, "at"),
                string(each, "action"),
                string(each, "object"),
                string(each, "outcome"),
                string(each, "asked_by"),
                string(each, "reason"),
                string(each, "detail")));
        to.out().println();
        to.table(table);
    }
}
