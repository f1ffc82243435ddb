package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The programs of the host that build a sandbox, by absolute path: the shell, prlimit and setpriv of util-linux, bubblewrap. */
record Programs(Path shell, Path prlimit, Path setpriv, Path bubblewrap) {
    private static final List<Path> FOLDERS = List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/local/bin"));
    private static final int WRITABLE_BY_OTHERS = 022;

    /** Looks in the folders of the system, never in PATH. */
    static Programs find() throws IOException {
        return new Programs(
                Path.of("/bin/sh"),
                find("prlimit", "util-linux"),
                find("setpriv", "util-linux"),
                find("bwrap", "bubblewrap"));
    }

    /** One of them; the error names the package that brings it. */
    static Path find(String name, String from) throws IOException {
        for (Path folder : FOLDERS) {
            Path program = folder.resolve(name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        throw new IOException("`" + name + "` is not installed; it comes with the package " + from);
    }

    List<Path> all() {
        return List.of(shell, prlimit, setpriv, bubblewrap);
    }

    /** Throws if somebody else than root could have changed one of them. */
    void requireTrusted() throws IOException {
        for (Path program : all()) {
            requireTrusted(program);
        }
    }

    static void requireTrusted(Path program) throws IOException {
        Path real = program.toRealPath();
        int mode = (Integer) Files.getAttribute(real, "unix:mode");
        int owner = (Integer) Files.getAttribute(real, "unix:uid");
        if (owner != 0 || (mode & WRITABLE_BY_OTHERS) != 0) {
            throw new IOException("`" + program + "` must belong to root, and nobody else may write it");
        }
    }
}
