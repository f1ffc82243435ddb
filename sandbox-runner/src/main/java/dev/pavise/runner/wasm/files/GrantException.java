package dev.pavise.runner.wasm.files;

import java.nio.file.Path;

/** Says why a granted path cannot be given to a run. */
public final class GrantException extends Exception {
    private static final long serialVersionUID = 1L;

    GrantException(Path path, String why) {
        super("the granted path `" + path + "` " + why);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
