package dev.pavise.proxy.cli;

import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.tool.PolicyName;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.ToolKind;
import dev.pavise.policy.tool.ToolManifest;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What {@code pavise tool verify} says, in words and as facts. */
record ToolVerdict(boolean verified, String words, Map<String, Object> facts) {

    static ToolVerdict refused(Refused refused) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("verified", false);
        facts.put("code", refused.code().code());
        facts.put("detail", refused.reason());
        return new ToolVerdict(false, "NOT verified: " + refused.code().code() + ": " + refused.reason(), facts);
    }

    /**
     * Of a manifest that passed.
     *
     * @param kind what the content is, or null where that was not checked
     */
    static ToolVerdict verified(ToolManifest manifest, TrustedKey signer, @Nullable ToolKind kind) {
        boolean custom = manifest.policy() == PolicyName.CUSTOM;
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("verified", true);
        facts.put("tool_id", manifest.toolId());
        facts.put("version", manifest.version().toString());
        facts.put("sha256_hash", manifest.sha256());
        facts.put("signer", signer.name());
        facts.put("key_id", signer.id().text());
        facts.put("content_checked", kind != null);
        if (kind != null) {
            facts.put("kind", kind.text());
        }
        facts.put("policy", manifest.policy().text());
        facts.put("policy_checked", !custom);
        String words = "tool " + manifest.title() + " is signed by `" + signer.name() + "` and within policy `"
                + manifest.policy().text() + "`" + (custom ? " (what that allows is not checked here)" : "")
                + (kind == null
                        ? "; its content was not checked (--content)"
                        : "; its content is the one signed for, " + kind.text());
        return new ToolVerdict(true, words, facts);
    }

    void print(PrintWriter out, ResultFormat format) {
        out.println(format == ResultFormat.JSON ? JsonMapper.shared().writeValueAsString(facts) : words);
    }
}
