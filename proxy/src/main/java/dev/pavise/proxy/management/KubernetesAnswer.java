package dev.pavise.proxy.management;

import dev.pavise.auditlog.EventType;
import dev.pavise.policy.Quoted;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.kubernetes.ManagerAnswer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the caller is told of the manager's answer, and what the record says. Fails closed: what is not the answer to what was asked is none, and
 * a code that is not known here is not handed on.
 */
final class KubernetesAnswer {
    private static final int LONGEST_DETAIL = 500;

    /** The manager's reasons that callers are told as their own. */
    private static final Map<String, RefusalCode> KNOWN = Arrays.stream(new RefusalCode[] {
                RefusalCode.INVALID_ARGUMENT,
                RefusalCode.FORBIDDEN,
                RefusalCode.NO_SUCH_DEPLOYMENT,
                RefusalCode.CONFLICT,
                RefusalCode.ROLLOUT_IN_PROGRESS,
                RefusalCode.DISRUPTION_NOT_ALLOWED,
                RefusalCode.NOT_LEADER,
                RefusalCode.CLUSTER_UNAVAILABLE,
                RefusalCode.AUDIT_UNAVAILABLE,
                RefusalCode.MANAGER_UNAVAILABLE,
            })
            .collect(Collectors.toUnmodifiableMap(RefusalCode::code, Function.identity()));

    private final KubernetesRequest request;

    KubernetesAnswer(KubernetesRequest request) {
        this.request = request;
    }

    /** @param gateway what the gateway says of itself where the status is asked for */
    LocalAnswer of(ManagerAnswer answer, ObjectNode gateway) {
        return switch (answer) {
            case ManagerAnswer.NotAsked(String why) -> failed(RefusalCode.MANAGER_UNAVAILABLE, why, "no");
            case ManagerAnswer.Broken(String why) -> failed(RefusalCode.MANAGER_FAILED, why, "unknown");
            case ManagerAnswer.Late(String why) -> failed(RefusalCode.MANAGER_TIMEOUT, why, "unknown");
            case ManagerAnswer.Told(int status, ObjectNode json) when status == 200 -> done(json, gateway);
            case ManagerAnswer.Told(int status, ObjectNode json) -> refused(status, json);
        };
    }

    private LocalAnswer done(ObjectNode json, ObjectNode gateway) {
        Optional<String> unfit = KubernetesShape.of(request.endpoint()).unfit(json, request.body());
        if (unfit.isPresent()) {
            return failed(RefusalCode.MANAGER_FAILED, "what the manager answers " + unfit.get(), "unknown");
        }
        if (request.endpoint() == dev.pavise.proxy.gate.Endpoint.K8S_STATUS) {
            json.set("gateway", gateway);
        }
        return LocalAnswer.json(200, json, event(facts(json)));
    }

    private LocalAnswer refused(int status, ObjectNode json) {
        String theirs = json.path("code").asString("");
        RefusalCode code = KNOWN.get(theirs);
        String detail = shortened(json.path("detail").asString(""));
        if (code == null || code.status() != status) {
            return failed(
                    RefusalCode.MANAGER_FAILED,
                    "the manager answers with status " + status + " and code `" + shortened(theirs)
                            + "`, which is not known here" + (detail.isEmpty() ? "" : ": " + detail),
                    "unknown");
        }
        return failed(code, detail.isEmpty() ? code.title() : detail, "no");
    }

    private static String shortened(String text) {
        return Quoted.of(text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) : text);
    }

    /** @param done whether what was asked for can have been done */
    private LocalAnswer failed(RefusalCode code, String why, String done) {
        Map<String, String> told = new LinkedHashMap<>(request.facts());
        told.put("detail", why);
        told.put("done", done);
        return LocalAnswer.refused(code, why, event(told));
    }

    private Map<String, String> facts(ObjectNode json) {
        Map<String, String> told = new LinkedHashMap<>(request.facts());
        for (String name : new String[] {"deployment", "from", "to", "changed", "healthy"}) {
            JsonNode value = json.get(name);
            if (value != null && value.isValueNode()) {
                told.put(name, shortened(value.asString("")));
            }
        }
        for (String name : new String[] {"findings", "actions"}) {
            JsonNode value = json.get(name);
            if (value != null && value.isArray()) {
                told.put(name, Integer.toString(value.size()));
            }
        }
        return told;
    }

    /** Questions are requests like others; what changes something has an event of its own. */
    private LocalAnswer.@org.jspecify.annotations.Nullable Event event(Map<String, String> told) {
        return request.isChange() ? new LocalAnswer.Event(EventType.K8S_ASKED, told) : null;
    }
}
