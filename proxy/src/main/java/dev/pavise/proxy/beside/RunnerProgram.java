package dev.pavise.proxy.beside;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a runner is started from: the JVM that the gateway itself runs in, and what the launcher has laid out for the runner.
 *
 * @param arguments the options of its JVM, one file, with {@code as-user} and its jars beside it
 */
record RunnerProgram(Path java, Path arguments) {
    private static final String PROPERTY = "pavise.runner";
    private static final String MAIN = "dev.pavise.runner.RunnerMain";

    /** What came with this gateway; empty where nothing did, as in a class path put together by hand. */
    static Optional<RunnerProgram> shipped() {
        String arguments = System.getProperty(PROPERTY);
        return arguments == null || !Files.isRegularFile(Path.of(arguments))
                ? Optional.empty()
                : Optional.of(
                        new RunnerProgram(Path.of(System.getProperty("java.home"), "bin", "java"), Path.of(arguments)));
    }

    /** The script by which root hands a cgroup over to another user, and becomes that user. */
    Path asUser() {
        return arguments.resolveSibling("as-user");
    }

    /** What whoever starts it has to be able to read. */
    List<Path> read() {
        return List.of(java, arguments);
    }

    /** The options and the main class, to be put behind {@link #java}. */
    List<String> command(List<String> options, Path config) {
        List<String> command = new java.util.ArrayList<>(List.of(java.toString(), "@" + arguments));
        Path cache = arguments.resolveSibling("runner.aot");
        if (Files.isReadable(cache)) {
            // One that does not fit is passed over without a word.
            command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:disable", "-Xlog:all=error:stderr"));
        }
        command.addAll(options);
        command.addAll(List.of(MAIN, "--config", config.toString()));
        return List.copyOf(command);
    }
}
