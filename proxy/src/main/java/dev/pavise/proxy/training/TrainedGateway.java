package dev.pavise.proxy.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A gateway in a process of its own that records what it does, and writes the cache when it ends. */
final class TrainedGateway implements AutoCloseable {
    private static final long MOST_SECONDS_TO_WRITE = 150;

    private final Process process;
    private final Path cache;
    private final String url;

    private TrainedGateway(Process process, Path cache, String url) {
        this.process = process;
        this.cache = cache;
        this.url = url;
    }

    static TrainedGateway start(Path cache, List<String> options, TrainingFolder files) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:AOTCacheOutput=" + cache);
        // With profiles in the cache a start would compile everything that was ever busy before it serves anybody.
        command.add("-XX:+UnlockDiagnosticVMOptions");
        command.add("-XX:-AOTRecordTraining");
        command.addAll(options);
        command.addAll(List.of("gateway", "--config", files.config().toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        // Not closed, so that what the JVM says about the cache has somewhere to go.
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        if (line == null || !line.startsWith("ready ")) {
            process.destroy();
            throw new IOException("the gateway did not start: " + line);
        }
        Thread.ofVirtual().start(() -> said.lines().forEach(System.out::println));
        return new TrainedGateway(process, cache, line.split(" ", 3)[1]);
    }

    String url() {
        return url;
    }

    /** Ends it as an operator would, and waits for the cache. */
    void finish() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(MOST_SECONDS_TO_WRITE, TimeUnit.SECONDS) || !Files.exists(cache)) {
            throw new IOException("no cache was made");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
