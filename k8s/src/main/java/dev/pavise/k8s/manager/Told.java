package dev.pavise.k8s.manager;

import dev.pavise.k8s.control.ActionTaken;
import dev.pavise.k8s.control.Control;
import dev.pavise.k8s.control.PodStatus;
import dev.pavise.k8s.control.Status;
import dev.pavise.k8s.plan.Finding;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What is answered, as JSON. */
final class Told {
    private static final JsonMapper JSON = new JsonMapper();

    private Told() {}

    static byte[] bytes(Object value) {
        return JSON.writeValueAsBytes(value);
    }

    /** @param around what the manager says of itself */
    static Map<String, Object> status(Status status, Map<String, Object> around) {
        Map<String, Object> replicas = new LinkedHashMap<>();
        replicas.put("wanted", status.replicas().wanted());
        replicas.put("ready", status.replicas().ready());
        replicas.put("available", status.replicas().available());
        replicas.put("updated", status.replicas().updated());
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("in_cluster", true);
        told.putAll(around);
        told.put("namespace", status.namespace());
        told.put("deployment", status.deployment());
        told.put("replicas", replicas);
        told.put("rollout", status.rollout());
        told.put("healthy", status.healthy());
        told.put("findings", each(status.findings(), Told::finding));
        told.put("conditions", each(status.conditions(), Told::condition));
        told.put("last_actions", each(status.lastActions(), Told::action));
        return told;
    }

    static Map<String, Object> pods(List<PodStatus> pods) {
        return Map.of("pods", each(pods, Told::pod));
    }

    static Map<String, Object> actions(List<ActionTaken> actions) {
        return Map.of("actions", each(actions, Told::action));
    }

    static Map<String, Object> scaled(Control.Scaled scaled) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("deployment", scaled.deployment());
        told.put("from", scaled.from());
        told.put("to", scaled.to());
        told.put("changed", scaled.changed());
        return told;
    }

    static Map<String, Object> checked(Control.Checked checked) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("healthy", checked.healthy());
        told.put("findings", each(checked.findings(), Told::finding));
        told.put("actions", each(checked.actions(), Told::action));
        return told;
    }

    static Map<String, Object> reconciled(Control.Reconciled reconciled) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("actions", each(reconciled.actions(), Told::action));
        told.put("findings", each(reconciled.findings(), Told::finding));
        return told;
    }

    static Map<String, Object> restarted(Control.Restarted restarted) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("deployment", restarted.deployment());
        told.put("restarted_at", restarted.at());
        return told;
    }

    /** A refusal (RFC 9457), of the same form as the gateway's. */
    static Map<String, Object> problem(int status, String code, String title, String detail, String requestId) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("type", "https://pavise.dev/refusals#" + code);
        told.put("title", title);
        told.put("status", status);
        told.put("detail", detail);
        told.put("code", code);
        told.put("request_id", requestId);
        return told;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("code", finding.code().code());
        told.put("object", finding.object());
        told.put("message", finding.message());
        told.put("mend", finding.code().mend());
        told.put("since", time(finding.since()));
        return told;
    }

    private static Map<String, Object> condition(Status.Condition condition) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("type", condition.type());
        told.put("status", condition.status());
        told.put("reason", condition.reason());
        told.put("message", condition.message());
        told.put("since", time(condition.since()));
        return told;
    }

    private static Map<String, Object> pod(PodStatus pod) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("name", pod.name());
        told.put("phase", pod.phase());
        told.put("ready", pod.ready());
        told.put("restarts", pod.restarts());
        told.put("reason", pod.reason());
        told.put("node", pod.node());
        told.put("injected", pod.injected());
        told.put("started_at", time(pod.startedAt()));
        return told;
    }

    private static Map<String, Object> action(ActionTaken action) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("id", action.id());
        told.put("at", time(action.at()));
        told.put("action", action.action());
        told.put("object", action.object());
        told.put("reason", action.reason());
        told.put("asked_by", action.askedBy());
        told.put("outcome", action.outcome());
        told.put("detail", action.detail());
        return told;
    }

    private static <T> List<Map<String, Object>> each(List<T> values, Function<T, Map<String, Object>> telling) {
        return values.stream().map(telling).toList();
    }

    private static @Nullable String time(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }
}
