package dev.pavise.proxy.management;

import dev.pavise.auditlog.EventType;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.ToolRefusal;
import dev.pavise.proxy.http.RefusalCode;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the steps of a tool's way refuse with: each its own code, which is the same as in policy, and the event of its step. */
final class ToolRefusals {
    private ToolRefusals() {}

    /** @param facts of the tool, as far as they are known */
    static LocalAnswer answer(Refused refused, Map<String, String> facts) {
        Map<String, String> told = new LinkedHashMap<>(facts);
        told.put("detail", refused.reason());
        return LocalAnswer.refused(
                code(refused.code()), refused.reason(), new LocalAnswer.Event(step(refused.code()), told));
    }

    /** What the configuration gives is not changed here. */
    static LocalAnswer configured(String why, Map<String, String> facts) {
        Map<String, String> told = new LinkedHashMap<>(facts);
        told.put("detail", why);
        return LocalAnswer.refused(
                RefusalCode.CONFIGURED, why, new LocalAnswer.Event(EventType.TOOL_MANIFEST_REFUSED, told));
    }

    static RefusalCode code(ToolRefusal refusal) {
        return RefusalCode.valueOf(refusal.name());
    }

    /** The event of the step that refuses. */
    static EventType step(ToolRefusal refusal) {
        return switch (refusal) {
            case MANIFEST_MISSING,
                    VERSION_MISSING,
                    VERSION_REMOVED,
                    MANIFEST_MALFORMED,
                    VERSION_OLDER,
                    VERSION_TAKEN,
                    REGISTRY_FULL -> EventType.TOOL_MANIFEST_REFUSED;
            case KEY_UNKNOWN, SIGNATURE_INVALID, KEY_REVOKED, KEY_NOT_YET_VALID, KEY_EXPIRED ->
                EventType.TOOL_SIGNATURE_REFUSED;
            case CONTENT_REVOKED, CONTENT_MISSING, CONTENT_MISMATCH, KIND_UNKNOWN, KIND_MISMATCH ->
                EventType.TOOL_CONTENT_REFUSED;
            case POLICY_MISSING,
                    MEMORY_EXCEEDS_POLICY,
                    CPU_EXCEEDS_POLICY,
                    FILES_EXCEED_POLICY,
                    NETWORK_EXCEEDS_POLICY,
                    SECRETS_EXCEED_POLICY -> EventType.TOOL_POLICY_REFUSED;
        };
    }
}
