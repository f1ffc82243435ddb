package dev.pavise.proxy.management;

import dev.pavise.auditlog.EventType;
import dev.pavise.policy.tool.Admission;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.ManifestResult;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.SemanticVersion;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolVersions;
import dev.pavise.policy.tool.TrustedManifest;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.tool.ToolBook;
import dev.pavise.proxy.tool.ToolChange;
import dev.pavise.proxy.tool.Tools;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Manifests over the management API: registered, listed, shown, removed. */
final class ToolManifests {
    private static final int MOST_LISTED = 1000;
    private static final int USUAL_LISTED = 100;

    private final InstantSource clock;

    ToolManifests(InstantSource clock) {
        this.clock = clock;
    }

    /** {@code POST /v1/tools/manifests}: a manifest with its signature, or a DSSE envelope around it. */
    LocalAnswer register(Tools.Now now, Call call) {
        Parameters.of(call.query());
        ManifestResult read = ManifestReader.read(call.body());
        Map<String, String> facts = read instanceof ManifestResult.Present(SignedManifest signed)
                ? ToolJson.facts(signed.manifest())
                : Map.of();
        return switch (now.rules().verifier().admit(read)) {
            case Refused refused -> ToolRefusals.answer(refused, facts);
            case Admission.Admitted(TrustedManifest trusted) -> register(now, trusted, facts, call);
        };
    }

    private LocalAnswer register(Tools.Now now, TrustedManifest trusted, Map<String, String> facts, Call call) {
        ToolChange change = now.box().register(trusted, call.caller().id(), clock.instant());
        return switch (change) {
            case ToolChange.Against(Refused refused) -> ToolRefusals.answer(refused, facts);
            case ToolChange.Configured(String why) -> ToolRefusals.configured(why, facts);
            case ToolChange.Unavailable(String why) -> LocalAnswer.refused(RefusalCode.TOOL_STORE_UNAVAILABLE, why);
            case ToolChange.Done(ToolBook book, boolean changed) -> {
                Map<String, String> told = new LinkedHashMap<>(facts);
                told.put("key", trusted.signer().id().text());
                told.put("key_name", trusted.signer().name());
                told.put("changed", String.valueOf(changed));
                yield LocalAnswer.json(
                        changed ? 201 : 200,
                        ToolJson.of(now.box(), book, trusted.signed()),
                        new LocalAnswer.Event(EventType.TOOL_REGISTERED, told));
            }
        };
    }

    /** {@code GET /v1/tools/manifests[?after=ID][&limit=N]}, in the order of their ids. */
    LocalAnswer list(Tools.Now now, Call call) {
        Parameters given = Parameters.of(call.query(), "after", "limit");
        String after = given.get("after");
        int limit = limit(given.get("limit"));
        ToolBook book = now.box().book();
        ObjectNode json = AuthJson.object();
        ArrayNode tools = json.putArray("tools");
        String last = "";
        for (ToolVersions tool : book.registry().tools()) {
            if (after != null && tool.toolId().compareTo(after) <= 0) {
                continue;
            }
            if (tools.size() == limit) {
                json.put("next", last);
                break;
            }
            tools.add(ToolJson.of(now.box(), book, tool));
            last = tool.toolId();
        }
        return LocalAnswer.json(200, json, null);
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return USUAL_LISTED;
        }
        if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > MOST_LISTED) {
            throw new BadArgumentException("query parameter `limit` is a number from 1 to " + MOST_LISTED);
        }
        return Integer.parseInt(text);
    }

    /** {@code GET /v1/tools/manifests/{id}[?version=]}: all of a tool, or one version. */
    LocalAnswer show(Tools.Now now, Call call) {
        Optional<SemanticVersion> version =
                ToolJson.version(Parameters.of(call.query(), "version").get("version"));
        String toolId = Parameters.variable(call.variable());
        ToolBook book = now.box().book();
        if (version.isEmpty()) {
            return book.registry().tools().stream()
                    .filter(tool -> tool.toolId().equals(toolId))
                    .findFirst()
                    .map(tool -> LocalAnswer.json(200, ToolJson.of(now.box(), book, tool), null))
                    .orElseGet(() -> missing(book, toolId));
        }
        return switch (book.find(toolId, version)) {
            case Refused refused -> LocalAnswer.refused(ToolRefusals.code(refused.code()), refused.reason());
            case ManifestResult.Present(SignedManifest signed) ->
                LocalAnswer.json(200, ToolJson.of(now.box(), book, signed), null);
        };
    }

    private static LocalAnswer missing(ToolBook book, String toolId) {
        return book.registry().find(toolId) instanceof Refused refused
                ? LocalAnswer.refused(ToolRefusals.code(refused.code()), refused.reason())
                : LocalAnswer.refused(RefusalCode.MANIFEST_MISSING, RefusalCode.MANIFEST_MISSING.title());
    }

    /** {@code DELETE /v1/tools/manifests/{id}[?version=]}: one version, or all of them. It leaves tombstones. */
    LocalAnswer remove(Tools.Now now, Call call) {
        String text = Parameters.of(call.query(), "version").get("version");
        Optional<SemanticVersion> version = ToolJson.version(text);
        String toolId = Parameters.variable(call.variable());
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("tool", toolId);
        facts.put("version", text == null ? "*" : text);
        return switch (now.box().remove(toolId, version)) {
            case ToolChange.Against(Refused refused) -> ToolRefusals.answer(refused, facts);
            case ToolChange.Configured(String why) -> ToolRefusals.configured(why, facts);
            case ToolChange.Unavailable(String why) -> LocalAnswer.refused(RefusalCode.TOOL_STORE_UNAVAILABLE, why);
            case ToolChange.Done(ToolBook book, boolean ignored) ->
                LocalAnswer.json(
                        200,
                        book.registry().tools().stream()
                                .filter(tool -> tool.toolId().equals(toolId))
                                .findFirst()
                                .map(tool -> ToolJson.of(now.box(), book, tool))
                                .orElseGet(AuthJson::object),
                        new LocalAnswer.Event(EventType.TOOL_REMOVED, facts));
        };
    }
}
