package dev.pavise.proxy.training;

import dev.pavise.proxy.demo.DemoAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Trains the gateway's ahead-of-time cache: starts a gateway that records which classes it loads and what its methods do, sends it what a
 * gateway gets (HTTP/1.1 and HTTP/2, tokens of each kind, client certificates, requests to refuse), and ends it, upon which it writes the cache.
 *
 * <p>The gateway is a process of its own, since all that is in the cache is loaded by each start: what only a client needs, or another command,
 * would cost every gateway time and memory. Arguments: the cache to make, the seconds of requests, then the options and the main class of the gateway's
 * JVM. Everything is on loopback, with keys that are made here and removed.
 */
public final class Training {
    private Training() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, GeneralSecurityException {
        if (arguments.length < 3) {
            throw new IllegalArgumentException("name the cache, the seconds, and the options of the gateway's JVM");
        }
        Path cache = Path.of(arguments[0]);
        Duration length = Duration.ofSeconds(Long.parseLong(arguments[1]));
        List<String> options = List.of(arguments).subList(2, arguments.length);
        Path folder = Files.createTempDirectory("pavise-training");
        try (DemoAgent agent = DemoAgent.start(0)) {
            TrainingFolder files = TrainingFolder.write(folder, agent.uri());
            try (TrainedGateway gateway = TrainedGateway.start(cache, options, files)) {
                new TrainingTraffic(gateway.url(), files).play(length);
                gateway.finish();
            }
        } finally {
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Training::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
