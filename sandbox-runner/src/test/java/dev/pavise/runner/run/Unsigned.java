package dev.pavise.runner.run;

import java.nio.file.Path;

/**
 * Programs without a manifest, for tests of backends: with grants that no manifest can hold, and content that is not there. It is in
 * this package because nothing outside of it can make one.
 */
public final class Unsigned {
    private Unsigned() {}

    public static Program program(String name, Path content, String sha256, Grants grants) {
        return new Program(name, content, sha256, grants);
    }
}
