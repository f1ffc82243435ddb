package dev.pavise.runner.wasm;

import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.OutputHash;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Unsigned;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Content on disk, as the runner would have it. */
final class Tool {
    private Tool() {}

    /** The program of {@code src/test/c/probe.c}. */
    static byte[] probe() {
        try (InputStream in = Tool.class.getResourceAsStream("/wasm/probe.wasm")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Program of(Path folder, byte[] content) {
        return of(folder, content, Grants.NONE);
    }

    static Program of(Path folder, byte[] content, Grants grants) {
        try {
            String digest = HexFormat.of().formatHex(OutputHash.sha256().digest(content));
            Path file = folder.resolve(digest + ".wasm");
            Files.write(file, content);
            return Unsigned.program("probe", file, digest, grants);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
