package dev.pavise.proxy.management;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.tool.Tools;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code /v1/tools}: manifests, the content of tools, and runs of them. Reads and writes files, and waits for runs: not for an event
 * loop.
 *
 * <p>That the caller may ask at all was decided and recorded before. Each step of the way of a manifest, or of a run, refuses with a
 * code and an event of its own; nothing is sent to a runner before all of them were passed and that is recorded.
 */
public final class ToolsApi {
    private final Tools tools;
    private final ToolManifests manifests;
    private final ToolContents contents = new ToolContents();
    private final ToolRuns runs;

    public ToolsApi(Tools tools, AuditLog audit, InstantSource clock) {
        this.tools = tools;
        this.manifests = new ToolManifests(clock);
        this.runs = new ToolRuns(audit);
    }

    /** Carries out a call of one of the endpoints under {@code /v1/tools}. */
    public LocalAnswer answer(Call call) throws IOException {
        Optional<Tools.Now> now = tools.now();
        if (now.isEmpty()) {
            return LocalAnswer.refused(
                    RefusalCode.TOOLS_NOT_CONFIGURED, "the configuration of this gateway has no section `tools`");
        }
        try {
            return dispatch(now.get(), call);
        } catch (BadArgumentException unfit) {
            return LocalAnswer.refused(RefusalCode.INVALID_ARGUMENT, String.valueOf(unfit.getMessage()));
        }
    }

    private LocalAnswer dispatch(Tools.Now now, Call call) throws IOException {
        return switch (call.endpoint()) {
            case TOOL_MANIFESTS -> manifests.list(now, call);
            case TOOL_REGISTER -> manifests.register(now, call);
            case TOOL_MANIFEST -> manifests.show(now, call);
            case TOOL_REMOVE -> manifests.remove(now, call);
            case TOOL_CONTENT -> contents.put(now, call);
            case TOOL_RUN -> runs.run(now, call);
            default -> throw new IllegalArgumentException("`" + call.endpoint().path() + "` is not about tools");
        };
    }
}
