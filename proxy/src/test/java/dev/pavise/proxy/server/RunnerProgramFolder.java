package dev.pavise.proxy.server;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the launcher lays out for a runner, made of the test's own class path, where every user can read it. */
final class RunnerProgramFolder {
    private static final List<String> NOT_OF_A_RUNNER =
            List.of("kafka", "chronicle", "bcp", "bcutil", "h2", "junit", "proxy");

    private RunnerProgramFolder() {}

    /** The file with the arguments of its JVM. */
    static Path make(Path folder) throws IOException {
        List<String> places = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (Files.exists(from) && NOT_OF_A_RUNNER.stream().noneMatch(entry::contains)) {
                Path to = folder.resolve(places.size() + "-" + from.getFileName());
                copy(from, to);
                places.add(to.toString());
            }
        }
        Files.copy(Path.of("..", "deploy/runner/as-user"), folder.resolve("as-user"));
        return Files.writeString(folder.resolve("arguments"), """
                --enable-native-access=ALL-UNNAMED
                --sun-misc-unsafe-memory-access=allow
                -XX:+UseSerialGC
                -XX:TieredStopAtLevel=1
                -XX:-UsePerfData
                -cp "%s"
                """.formatted(String.join(File.pathSeparator, places)));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(
                        each,
                        from.equals(each) ? to : to.resolve(from.relativize(each)),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
