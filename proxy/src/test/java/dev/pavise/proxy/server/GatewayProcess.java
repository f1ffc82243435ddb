package dev.pavise.proxy.server;

import dev.pavise.proxy.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** A gateway in a process of its own, which can be killed. */
final class GatewayProcess implements AutoCloseable {
    private final Process process;
    private final int port;
    private final Path data;

    private GatewayProcess(Process process, int port, Path data) {
        this.process = process;
        this.port = port;
        this.data = data;
    }

    /** Starts with this configuration, whose data directory is {@code data} beside it, and waits until it serves. */
    static GatewayProcess start(Path file) throws IOException {
        return start(file, List.of());
    }

    /** The same with further options of its JVM. */
    @SuppressWarnings("MustBeClosed") // the reader ends with the process
    static GatewayProcess start(Path file, List<String> options) throws IOException {
        Path folder = file.resolveSibling("data");
        Process process = run(file, options);
        BufferedReader told = process.inputReader();
        String ready = told.readLine();
        if (ready == null || !ready.startsWith("ready https://")) {
            process.destroyForcibly();
            throw new IOException("the gateway is not ready: " + ready);
        }
        int port = Integer.parseInt(ready.replaceAll("^ready https://[^ ]*:([0-9]+) .*$", "$1"));
        return new GatewayProcess(process, port, folder);
    }

    /** Starts one that cannot serve, and waits for its end; the exit code. What it said is in {@code gateway.log} beside the file. */
    static int exitOf(Path file, List<String> options) throws IOException, InterruptedException {
        Process process = run(file, options);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IOException("the gateway neither serves nor ends");
            }
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process run(Path file, List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle"))
                .forEach(command::add);
        command.addAll(options);
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(Main.class.getName(), "gateway", "--config", file.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PAVISE_AUTH_TOKEN", TestGateway.TOKEN);
        builder.redirectError(file.resolveSibling("gateway.log").toFile());
        return builder.start();
    }

    /** Connects to its first door. */
    Wire wire() throws IOException {
        return Wire.to(trust(), port);
    }

    SSLContext trust() {
        return Trust.in(data.resolve("ca.crt"), null);
    }

    int port() {
        return port;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() throws IOException {
        kill();
    }

    /** As {@code kill -9} does. */
    void kill() throws IOException {
        process.destroyForcibly();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new IOException("the gateway cannot be killed");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
