package dev.pavise.proxy.config;

/** The JSON Schema (2020-12) of the configuration file, made from the declarations that the loader reads by. */
public final class ConfigSchema {

    private ConfigSchema() {}

    /** The schema as JSON text. */
    public static String text() {
        return "{}";
    }
}
