package dev.pavise.proxy.tool;

import dev.pavise.policy.config.Secret;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.VerifiedTool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * One run to be asked for. It takes a {@link VerifiedTool}, so that asking for what was not checked does not compile.
 *
 * @param signed the manifest of the tool as it was signed: the runner checks it again
 * @param content the file with the tool's bytes, for a runner that has not got them yet
 * @param secrets all that the tool asks for, and no others
 */
public record RunOrder(
        VerifiedTool tool,
        SignedManifest signed,
        Path content,
        RunInput input,
        Map<String, Secret> secrets,
        String requestId,
        String principal) {
    public RunOrder {
        secrets = Map.copyOf(secrets);
        if (!secrets.keySet().equals(Set.copyOf(tool.secrets()))) {
            throw new IllegalArgumentException("the secrets are not those that the tool asks for");
        }
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
