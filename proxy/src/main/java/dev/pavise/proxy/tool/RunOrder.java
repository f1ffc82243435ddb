package dev.pavise.proxy.tool;

import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.VerifiedTool;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One run to be asked for. It takes a {@link VerifiedTool}, so that asking for what was not checked does not compile.
 *
 * @param signed the manifest of the tool as it was signed: the runner checks it again
 * @param content the file with the tool's bytes, for a runner that has not got them yet
 */
public record RunOrder(
        VerifiedTool tool, SignedManifest signed, Path content, RunInput input, String requestId, String principal) {
    public RunOrder {
        if (!signed.manifest().equals(tool.manifest())) {
            throw new IllegalArgumentException("the manifest is not that of the tool");
        }
    }

    /** How long the run itself may take. */
    Duration wall() {
        Duration most = tool.limits().wall();
        Integer asked = input.timeoutSeconds();
        return asked == null || most.toSeconds() < asked ? most : Duration.ofSeconds(asked);
    }
}
