package dev.pavise.runner.job;

import dev.pavise.policy.tool.VerifiedTool;
import dev.pavise.runner.refusal.Refusal;
import dev.pavise.runner.refusal.RefusalCode;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.run.Secrets;
import java.util.Optional;

/** Whether a run brings the secrets that the signed manifest names, all of them and no others, to a backend that gives them. */
final class SecretCheck {
    private SecretCheck() {}

    /** Why it does not; empty where it does. */
    static Optional<Refusal> check(VerifiedTool tool, Secrets brought, Backend backend) {
        for (String name : tool.secrets()) {
            if (!brought.names().contains(name)) {
                return refused(
                        RefusalCode.SECRET_MISSING,
                        "the manifest names `secret:" + name + "`, and the request does not bring it");
            }
        }
        for (String name : brought.names()) {
            if (!tool.secrets().contains(name)) {
                return refused(
                        RefusalCode.SECRET_SURPLUS,
                        "the request brings a secret `" + name + "`, which the manifest does not name");
            }
        }
        return tool.secrets().isEmpty() || backend.givesSecrets()
                ? Optional.empty()
                : refused(
                        RefusalCode.SECRETS_NOT_GIVEN,
                        "what runs tools of kind `" + tool.kind().text() + "` here gives them no secrets");
    }

    private static Optional<Refusal> refused(RefusalCode code, String detail) {
        return Optional.of(Refusal.of(code, detail));
    }
}
