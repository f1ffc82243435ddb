package dev.pavise.proxy.management;

import dev.pavise.auditlog.EventType;
import dev.pavise.policy.tool.MeasuredContent;
import dev.pavise.policy.tool.ToolKind;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.tool.ContentStore;
import dev.pavise.proxy.tool.Tools;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The content of tools over the management API. */
final class ToolContents {
    private static final Logger log = LoggerFactory.getLogger(ToolContents.class);

    /** {@code PUT /v1/tools/content/{sha256}}. Repeating it is harmless. */
    LocalAnswer put(Tools.Now now, Call call) {
        Parameters.of(call.query());
        String sha256 = Parameters.variable(call.variable());
        if (!ContentStore.isDigest(sha256)) {
            throw new BadArgumentException("the path does not end in a SHA-256, which is 64 hex digits in lower case");
        }
        try {
            return answer(
                    now.box()
                            .contents()
                            .put(sha256, call.streamed(), now.rules().config().content()),
                    sha256);
        } catch (BrokenOffException incomplete) {
            return LocalAnswer.refused(RefusalCode.REQUEST_TIMEOUT, "the content did not come whole");
        } catch (IOException failure) {
            log.error("the content of a tool cannot be kept: {}", failure.getMessage());
            return LocalAnswer.refused(RefusalCode.TOOL_STORE_UNAVAILABLE, "the content cannot be written");
        }
    }

    private static LocalAnswer answer(ContentStore.Put put, String sha256) {
        return switch (put) {
            case ContentStore.Put.Stored(MeasuredContent content, boolean fresh) -> {
                ObjectNode json = AuthJson.object().put("sha256", sha256).put("size", content.size());
                content.kind().map(ToolKind::text).ifPresent(kind -> json.put("kind", kind));
                yield LocalAnswer.json(
                        fresh ? 201 : 200,
                        json,
                        new LocalAnswer.Event(
                                EventType.TOOL_CONTENT_STORED,
                                Map.of(
                                        "sha256", sha256,
                                        "bytes", Long.toString(content.size()),
                                        "changed", String.valueOf(fresh))));
            }
            case ContentStore.Put.TooLarge(long most) ->
                refused(RefusalCode.BODY_TOO_LARGE, "content has at most " + most + " bytes here", sha256);
            case ContentStore.Put.Mismatch(String found) ->
                refused(RefusalCode.CONTENT_MISMATCH, "the SHA-256 of what was sent is " + found, sha256);
            case ContentStore.Put.Full(long most) ->
                refused(
                        RefusalCode.CONTENT_STORE_FULL,
                        "all content together has at most " + most + " bytes, remove tools first",
                        sha256);
        };
    }

    private static LocalAnswer refused(RefusalCode code, String detail, String sha256) {
        return LocalAnswer.refused(
                code,
                detail,
                new LocalAnswer.Event(EventType.TOOL_CONTENT_REFUSED, Map.of("sha256", sha256, "detail", detail)));
    }
}
