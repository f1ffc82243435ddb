package dev.pavise.proxy.management;

import dev.pavise.policy.tool.SemanticVersion;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolManifest;
import dev.pavise.policy.tool.ToolVersions;
import dev.pavise.proxy.tool.ToolBook;
import dev.pavise.proxy.tool.Toolbox;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tools as the management API writes them, and as records do. */
final class ToolJson {
    private ToolJson() {}

    /** What a record says of a manifest. */
    static Map<String, String> facts(ToolManifest manifest) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("tool", manifest.toolId());
        facts.put("version", manifest.version().toString());
        facts.put("sha256", manifest.sha256());
        if (manifest.keyId() != null) {
            facts.put("key", manifest.keyId().text());
        }
        return facts;
    }

    /** One version: its manifest, who registered it or that the configuration gives it, and whether its content is here. */
    static ObjectNode of(Toolbox box, ToolBook book, SignedManifest signed) {
        ObjectNode json = AuthJson.object();
        json.put("tool_id", signed.manifest().toolId());
        json.put("version", signed.manifest().version().toString());
        json.set("manifest", JsonMapper.shared().readTree(signed.json()));
        book.stamp(signed)
                .ifPresent(stamp -> json.put("registered_by", stamp.by())
                        .put("registered_at", stamp.at().toString()));
        if (box.isGiven(signed.manifest().toolId())) {
            json.put("configured", true);
        }
        return json.put("content", box.contents().holds(signed.manifest().sha256()));
    }

    /** All of a tool that is known. */
    static ObjectNode of(Toolbox box, ToolBook book, ToolVersions tool) {
        ObjectNode json = AuthJson.object().put("tool_id", tool.toolId());
        tool.highest()
                .ifPresent(highest ->
                        json.put("version", highest.manifest().version().toString()));
        ArrayNode live = json.putArray("versions");
        tool.live().reversed().forEach(signed -> live.add(of(box, book, signed)));
        AuthJson.putTexts(json, "removed", tool.removed());
        return json;
    }

    /** Reads what a query says of a version; throws what names the parameter. */
    static Optional<SemanticVersion> version(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(SemanticVersion.parse(text));
        } catch (IllegalArgumentException unfit) {
            throw new BadArgumentException("query parameter `version`: " + unfit.getMessage());
        }
    }
}
