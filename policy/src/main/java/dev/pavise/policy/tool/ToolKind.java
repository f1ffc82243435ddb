package dev.pavise.policy.tool;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What runs a tool. */
public enum ToolKind {
    /** A WebAssembly module. */
    WASM,
    /** A program of the operating system, or a script that names its interpreter. */
    NATIVE;

    /** The kind of that name in a manifest. */
    public static Optional<ToolKind> of(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }

    /** The name in manifests. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
