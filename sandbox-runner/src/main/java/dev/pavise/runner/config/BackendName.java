package dev.pavise.runner.config;

import dev.pavise.policy.tool.ToolKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What runs tools, as the configuration names it. */
public enum BackendName {
    /** WebAssembly in the runner's own process. */
    WASM(ToolKind.WASM),
    /** Native programs in namespaces of this host. */
    NATIVE(ToolKind.NATIVE),
    /** Native programs in pods of a cluster. */
    KUBERNETES(ToolKind.NATIVE);

    private final ToolKind kind;

    BackendName(ToolKind kind) {
        this.kind = kind;
    }

    /** The tools that it runs. */
    public ToolKind kind() {
        return kind;
    }

    /** The name in the configuration. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<BackendName> of(String text) {
        return Arrays.stream(values()).filter(name -> name.text().equals(text)).findFirst();
    }
}
