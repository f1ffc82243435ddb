package dev.pavise.proxy.server;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** A gateway in a process of its own, with the collector and the leak detection that it has in production, which tells what its threads have allocated. */
final class CountedGateway implements AutoCloseable {
    private final Process process;
    private final BufferedReader told;
    private final Writer orders;
    private final Path authority;
    private final int port;

    /** Bytes allocated since the start, on the event loops and by all threads. */
    record Allocated(long byLoops, long byAll) {
        /** What each of so many requests since then has cost. */
        Allocated since(Allocated before, long requests) {
            return new Allocated((byLoops - before.byLoops) / requests, (byAll - before.byAll) / requests);
        }
    }

    private CountedGateway(Process process, Path authority) throws IOException {
        this.process = process;
        this.told = process.inputReader();
        this.orders = process.outputWriter();
        this.authority = authority;
        String ready = told.readLine();
        if (ready == null) {
            process.destroyForcibly();
            throw new IOException("the gateway did not start");
        }
        this.port = Integer.parseInt(ready);
    }

    /** Starts with this configuration, whose data directory is {@code data} beside it, and waits until it serves. */
    static CountedGateway start(Path file) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(CountedGateway.class.getName(), file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(file.resolveSibling("gateway.log").toFile())
                .start();
        return new CountedGateway(process, file.resolveSibling("data").resolve("ca.crt"));
    }

    int port() {
        return port;
    }

    SSLContext trust() {
        return Trust.in(authority, null);
    }

    Allocated allocated() throws IOException {
        orders.write('\n');
        orders.flush();
        String[] figures = told.readLine().split(" ");
        return new Allocated(Long.parseLong(figures[0]), Long.parseLong(figures[1]));
    }

    @Override
    public void close() throws IOException {
        orders.close(); // which ends it
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the gateway did not end");
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The process: prints its port, then for each line that comes what was allocated; ends with its input. */
    public static void main(String[] arguments) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (ProxyServer server = ProxyServer.start(
                        TestGateway.load(Path.of(arguments[0])), Map.of("PAVISE_AUTH_TOKEN", TestGateway.TOKEN)::get);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            List<Long> loops = new ArrayList<>();
            for (var loop : server.eventLoops().workers()) {
                loops.add(loop.submit(() -> Thread.currentThread().threadId()).get());
            }
            System.out.println(server.address("https").getPort());
            while (in.readLine() != null) {
                long byLoops = 0;
                for (long loop : loops) {
                    byLoops += threads.getThreadAllocatedBytes(loop);
                }
                System.out.println(byLoops + " " + threads.getTotalThreadAllocatedBytes());
            }
        }
    }
}
