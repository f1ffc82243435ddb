package dev.pavise.k8s.cli;

import dev.pavise.k8s.inject.Injector;
import dev.pavise.k8s.inject.config.FileConfig;
import dev.pavise.k8s.inject.config.InjectorConfigLoader;
import dev.pavise.k8s.inject.file.BadManifestException;
import dev.pavise.k8s.inject.file.ManifestInjection;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.LoadResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise k8s inject}: puts gateways into the pods of a file, without a cluster. */
@Command(
        name = "inject",
        mixinStandardHelpOptions = true,
        description = {
            "Puts a gateway into every pod of a file of manifests, as the injector does in a cluster, and has the Services of the file lead to it.",
            "Nothing is written where one pod cannot carry a gateway."
        },
        footer = {"", "Exit codes: 0 done, 1 refused or found wanting, 2 misuse."})
public final class InjectFile implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int WANTING = 1;
    private static final int MOST_BYTES = 16 << 20;
    private static final Path STANDARD = Path.of("-");

    private final EnvironmentLookup environment;
    private final InputStream in;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "The manifests, YAML or JSON; - reads standard input.")
    private Path file = STANDARD;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "injector.yaml",
            description = "The injector's configuration; default: ${DEFAULT-VALUE}.")
    private Path config = Path.of("injector.yaml");

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Where to write; default: standard output.")
    private @Nullable Path out;

    /**
     * With what it needs.
     *
     * @param in what {@code -f -} reads
     */
    public InjectFile(EnvironmentLookup environment, InputStream in) {
        this.environment = environment;
        this.in = in;
    }

    @Override
    public Integer call() {
        return switch (InjectorConfigLoader.loadForFiles(config, environment)) {
            case LoadResult.Invalid<FileConfig> invalid -> {
                invalid.errors().forEach(err()::println);
                yield WANTING;
            }
            case LoadResult.Loaded<FileConfig>(FileConfig loaded) -> inject(loaded);
        };
    }

    private int inject(FileConfig loaded) {
        try {
            ManifestInjection.Outcome outcome =
                    ManifestInjection.inject(text(), new Injector(loaded.sidecar()), loaded.exempt());
            outcome.said().forEach(err()::println);
            write(outcome.text());
            return DONE;
        } catch (BadManifestException e) {
            err().println("pavise: " + file + ": " + e.problem());
        } catch (CharacterCodingException e) {
            err().println("pavise: " + file + ": is not UTF-8 text");
        } catch (IOException e) {
            err().println("pavise: " + file + ": cannot be read, or its outcome not be written: " + e.getMessage());
        }
        return WANTING;
    }

    private String text() throws IOException, BadManifestException {
        try (InputStream from = file.equals(STANDARD) ? in : Files.newInputStream(file)) {
            byte[] bytes = from.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("more than " + (MOST_BYTES >> 20) + " MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    /** Whole or not at all: the file that was read may be the one that is written. */
    private void write(String text) throws IOException {
        Path target = out;
        if (target == null || target.equals(STANDARD)) {
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
            return;
        }
        Path folder = target.toAbsolutePath().getParent();
        Path part = Files.createTempFile(folder == null ? Path.of(".") : folder, ".inject", ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
