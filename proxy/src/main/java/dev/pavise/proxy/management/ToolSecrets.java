package dev.pavise.proxy.management;

import dev.pavise.auditlog.EventType;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Principal;
import dev.pavise.policy.config.Secret;
import dev.pavise.policy.tool.VerifiedTool;
import dev.pavise.proxy.http.RefusalCode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The secrets for one run: those that the signed manifest names and no others, each under the caller's own permission for it. Whether one
 * is configured is told only to who may have it.
 */
sealed interface ToolSecrets {
    /** All that the tool asks for; nothing where it asks for nothing. */
    record Given(Map<String, Secret> values) implements ToolSecrets {}

    /** One of them cannot be given, so that nothing runs. */
    record Refused(LocalAnswer answer) implements ToolSecrets {}

    /**
     * What a tool gets that this caller runs.
     *
     * @param facts of the tool, for the record
     */
    static ToolSecrets of(
            VerifiedTool tool, Map<String, Secret> configured, Principal caller, Map<String, String> facts) {
        Map<String, Secret> given = new LinkedHashMap<>();
        for (String name : tool.secrets()) {
            Permission needed = new Permission("secret", name);
            if (!caller.permissions().allows(needed)) {
                return refused(
                        RefusalCode.SECRET_FORBIDDEN,
                        "the tool asks for `secret:" + name + "`, and the caller has no permission `secret:" + name
                                + "`",
                        name,
                        facts);
            }
            Secret value = configured.get(name);
            if (value == null) {
                return refused(
                        RefusalCode.SECRET_MISSING,
                        "the tool asks for `secret:" + name + "`, and `tools.secrets` has none of that name",
                        name,
                        facts);
            }
            given.put(name, value);
        }
        return new Given(given);
    }

    private static Refused refused(RefusalCode code, String detail, String name, Map<String, String> facts) {
        Map<String, String> told = new LinkedHashMap<>(facts);
        told.put("secret", name);
        told.put("detail", detail);
        return new Refused(
                LocalAnswer.refused(code, detail, new LocalAnswer.Event(EventType.TOOL_SECRET_REFUSED, told)));
    }
}
