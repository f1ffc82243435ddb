package dev.pavise.k8s.compile;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.explain.Explainer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says whether a gateway would take a configuration, with the very classes that it reads and compiles one with. Certificates, keys and other
 * files of the gateway's machine are not looked at: what is wrong with them is wrong with the base.
 */
final class ConfigJudge {
    /** Where a sidecar has its configuration. */
    static final Path FILE = Path.of("/etc/pavise/config/pavise.yaml");

    private final EnvironmentLookup environment;

    /**
     * For the gateways of one namespace.
     *
     * @param more variables that they have beyond those that every sidecar has
     */
    ConfigJudge(String namespace, Map<String, String> more) {
        Map<String, String> known = new HashMap<>(more);
        known.put("PAVISE_APP_PORT", "8080");
        known.put("POD_NAME", "agent-0");
        known.put("POD_NAMESPACE", namespace);
        known.put("POD_IP", "10.0.0.1");
        known.put("NODE_NAME", "node");
        known.put("POD_SERVICE_ACCOUNT", "default");
        known.put("HOSTNAME", "agent-0");
        this.environment = known::get;
    }

    /** What came of a text. */
    sealed interface Judged {
        record Fit(GatewayConfig config) implements Judged {}

        record Unfit(List<ConfigError> errors) implements Judged {}
    }

    Judged judge(String text) {
        return switch (ConfigLoader.readFor(FILE, text, environment)) {
            case ConfigResult.Invalid invalid -> new Judged.Unfit(invalid.errors());
            case ConfigResult.Loaded loaded ->
                switch (Explainer.of(loaded.config(), InstantSource.system())) {
                    case Explainer.Made.Refused(List<ConfigError> errors) -> new Judged.Unfit(errors);
                    case Explainer.Made.Ready ignored -> new Judged.Fit(loaded.config());
                };
        };
    }
}
